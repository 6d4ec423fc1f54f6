/** Runs the command line in the test's process, or as a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { outputTo, type Io } from '../../main/cli/io.ts'
import type { TaggerCore } from '../../main/cli/core.ts'
import { main } from '../../main/cli/main.ts'
import { openRequests } from '../../main/entry/studioRequests.ts'
import { loopbackServerOf } from '../../main/entry/loopbackServer.ts'
import { estimateExperiment } from '../../main/experiment/estimate.ts'
import { OWN_BACKENDS } from '../../shared/devices/backends.ts'
import { openStore } from '../../main/store/index.ts'
import { folderWith } from '../config/helpers.ts'
import { fakeCore, NO_DEVICES } from './fakeCore.ts'

export interface Outcome {
  code: number
  out: string
  err: string
}

/** A folder with a corpus and a config for a short run. */
export function project(): string {
  return folderWith({
    'train.txt': 'x',
    'dev.txt': 'x',
    'test.txt': 'x',
    'a.yaml': [
      'name: little',
      'methods: [single, sparse]',
      'corpora:',
      '  main: {train: train.txt, dev: dev.txt}',
      'tasks:',
      '  pos: {tags: 1}',
      '  ner: {tags: 3}',
      'imp: {epochs: 2, maxRounds: 2}',
      'joint: {epochs: 3}',
      '',
    ].join('\n'),
  })
}

export interface Setup {
  cwd: string
  env?: Record<string, string>
  tty?: boolean
  columns?: number
  answer?: string | null
  /** Content of standard input. */
  stdin?: AsyncIterable<Uint8Array>
  /** Called with everything written to standard output. */
  onOut?(text: string): void
  /** What each step of the fake core takes: long enough for live lines to be drawn in the middle of a training. */
  stepMs?: number
  /** Of trainings on annotation projects. */
  trainingSettings?: Readonly<Record<string, unknown>>
}

async function* emptyInput(): AsyncGenerator<Uint8Array> {}

/** Runs the command with the fake core, in this process. The database is in `cwd`. */
export async function run(
  argv: readonly string[],
  {
    cwd,
    env = {},
    tty = false,
    columns = 100,
    answer = null,
    stdin = emptyInput(),
    onOut,
    stepMs,
    trainingSettings = {},
  }: Setup,
): Promise<Outcome> {
  const text = { out: '', err: '' }
  const stream = (name: 'out' | 'err') =>
    outputTo(
      (more) => {
        text[name] += more
        if (name === 'out') onOut?.(more)
      },
      { isTTY: tty, columns, rows: 24 },
    )
  const io: Io = {
    stdin: { bytes: () => stdin, isTTY: tty },
    stdout: stream('out'),
    stderr: stream('err'),
    cwd,
    env: { SPARSE_SHARING_DB: 'studio.db', ...env },
    ask: async () => answer,
    onSignal: () => () => {},
    exit: () => {},
  }
  const core = fakeCore(stepMs)
  const code = await main(argv, '1.2.3', {
    io,
    core: {
      store: async () => core,
      all: async () => core,
      exporter: () => import('../../main/export/index.ts'),
      annotation: () => import('../../main/annotation/index.ts'),
      devices: async () => ({ ...core, ...NO_DEVICES }),
      experiments: () => import('../../main/experiments/index.ts'),
      estimate: async () => (config) => estimateExperiment(config, OWN_BACKENDS),
      vectors: () => import('../../main/vectorLibrary/index.ts'),
      tagger: realTagger,
      studio: async (database) => openRequests(database, '1.2.3', { trainingSettings }),
      loopbackServer: async () => loopbackServerOf('1.2.3'),
    },
  })
  return { code, ...text }
}

/** The real tagger, for tests with a trained run. */
async function realTagger(): Promise<TaggerCore> {
  const [{ tagInput }, { toolWriter }] = await Promise.all([
    import('../../main/tagger/index.ts'),
    import('../../main/annotation/index.ts'),
  ])
  return { openStore, tagInput: (source, job) => tagInput(source, job, toolWriter) }
}

const FAKE_CLI = fileURLToPath(new URL('fakeCli.ts', import.meta.url))

/** The same as a process with real signals. Every step takes stepMs. */
export function start(
  argv: readonly string[],
  cwd: string,
  stepMs: number,
): { child: ChildProcess; outcome: Promise<Outcome>; until(text: string): Promise<void> } {
  return watch(
    spawn(process.execPath, [FAKE_CLI, ...argv], {
      cwd,
      env: { ...process.env, SPARSE_SHARING_DB: 'studio.db', FAKE_STEP_MS: String(stepMs) },
    }),
  )
}

/** The outcome of a process, and a way to wait until it has printed a text on either stream. */
export function watch(child: ChildProcess): {
  child: ChildProcess
  outcome: Promise<Outcome>
  until(text: string): Promise<void>
} {
  const text = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text.out += more
  })
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text.err += more
  })
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? (signal === null ? -1 : -2), ...text }))
  })
  const until = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if ((text.out + text.err).includes(wanted)) resolve()
      }
      child.stdout?.on('data', look)
      child.stderr?.on('data', look)
      child.on('close', () => reject(new Error(`ended without printing ${wanted}: ${text.out}${text.err}`)))
      look()
    })
  return { child, outcome, until }
}
