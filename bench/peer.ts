/** The same step and the same tagging in PyTorch. Needs a Python with torch: SPARSE_SHARING_PEER_PYTHON=/path/to/venv/bin/python. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The peer's programs and the variables that say where they are; else in ../shared/peers. */
const PROGRAMS = { torch_step: 'SPARSE_SHARING_PEER_STEP', torch_tag: 'SPARSE_SHARING_PEER_TAG' } as const

/** Tokens per second of the peer's training step, or why it cannot run. */
export function peerStep(file: string | null, batch: number, layers: number, threads: number): number | string {
  return peer('torch_step', file === null ? null : [file, ...flags({ batch, layers, threads })])
}

export interface PeerTagging {
  threads: number
  /** Sentences in a batch. */
  batch: number
  /** One pass and three heads, as hard sharing needs; else a pass for each task. */
  shared: boolean
}

/** Tokens per second of the peer's tagger with all tasks, from file to columns, or why it cannot run. */
export function peerTag(train: string | null, file: string, { threads, batch, shared }: PeerTagging): number | string {
  const args =
    train === null ? null : [train, file, ...flags({ threads, batch, rounds: 2 }), ...(shared ? ['--shared'] : [])]
  return peer('torch_tag', args)
}

const flags = (values: Record<string, number>) =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)])

/** `args` null: the corpus is not one that the peer reads. */
function peer(name: keyof typeof PROGRAMS, args: string[] | null): number | string {
  const python = process.env.SPARSE_SHARING_PEER_PYTHON
  const program = process.env[PROGRAMS[name]] ?? resolve(import.meta.dirname, `../../shared/peers/${name}.py`)
  if (!python) return 'peer not found (set SPARSE_SHARING_PEER_PYTHON)'
  if (!existsSync(program)) return `peer not found (no ${name}.py; set ${PROGRAMS[name]})`
  if (args === null) return 'peer not run (needs CoNLL-2003)'
  const output = execFileSync(python, [program, ...args], { encoding: 'utf8' })
  const found = /(\d+) tokens\/s/.exec(output)
  if (!found) throw new Error(`The peer said nothing about tokens/s:\n${output}`)
  return Number(found[1])
}
