/** A whole run from the command line: time to the first step, and peak memory. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { withPathsFrom } from '../main/config/paths.ts'
import type { ExperimentConfig } from '../shared/settings/config.ts'

const CLI = resolve(import.meta.dirname, '../main/entry/sparse-sharing.mjs')

export interface WholeRun {
  /** From the start of the command to the report of its first training steps. */
  secondsToFirstStep: number
  /** Largest resident set of the process, in MiB; null if the system does not report it. */
  peakMiB: number | null
}

/** Trains `config` in a separate process, with a temporary database. */
export async function wholeRun(config: ExperimentConfig, baseDir: string): Promise<WholeRun> {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-bench-'))
  try {
    const file = join(folder, 'config.yaml')
    writeFileSync(file, stringify(withPathsFrom(config, baseDir, folder)))
    const began = performance.now()
    const child = spawn(
      process.execPath,
      [CLI, 'train', file, '--json', '--steps', '--db', join(folder, 'studio.db')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let secondsToFirstStep = 0
    let peakMiB: number | null = null
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      if (!secondsToFirstStep && text.includes('"type":"steps"'))
        secondsToFirstStep = (performance.now() - began) / 1000
      peakMiB = residentPeak(child.pid!) ?? peakMiB
    })
    const code = await new Promise((done) => child.on('close', done))
    if (code !== 0) throw new Error(`The run ended with code ${String(code)}.`)
    return { secondsToFirstStep, peakMiB }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** VmHWM of a Linux process, in MiB. */
function residentPeak(pid: number): number | null {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found && Number(found[1]) / 1024
  } catch {
    return null
  }
}
