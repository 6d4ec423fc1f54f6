/** The same step in PyTorch. Needs a Python with torch: SPARSE_SHARING_PEER_PYTHON=/path/to/venv/bin/python. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const PEER = process.env.SPARSE_SHARING_PEER_STEP ?? resolve(import.meta.dirname, '../../shared/peers/torch_step.py')

/** Tokens per second of the peer, or why it cannot run. */
export function peerStep(file: string | null, batch: number, layers: number, threads: number): number | string {
  const python = process.env.SPARSE_SHARING_PEER_PYTHON
  if (!python) return 'peer not found (set SPARSE_SHARING_PEER_PYTHON)'
  if (!existsSync(PEER)) return 'peer not found (no torch_step.py; set SPARSE_SHARING_PEER_STEP)'
  if (!file) return 'peer not run (needs CoNLL-2003)'
  const output = execFileSync(
    python,
    [PEER, file, '--batch', String(batch), '--layers', String(layers), '--threads', String(threads)],
    { encoding: 'utf8' },
  )
  const found = /(\d+) tokens\/s/.exec(output)
  if (!found) throw new Error(`The peer said nothing about tokens/s:\n${output}`)
  return Number(found[1])
}
