/** The guarantees of the store when processes die, compete and read: with real files and processes. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { uniform } from '../../shared/util/random.ts'
import { openStore, type Store } from '../../main/store/index.ts'
import { newRun, open, round, steps, temporaryPath } from './fixtures.ts'
import {
  EPOCH_STEPS,
  ROUNDS,
  STEPS,
  checkpointAfter,
  epochMetric,
  maskOf,
  resultOf,
  roundId,
  stepMetric,
  weightsAfter,
} from './processes/miniature.ts'

/** Starts a program of processes/; it is killed after the test. */
function start(program: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`processes/${program}`, import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function firstWord(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, 'data')) as [Buffer]
  return data.toString().trim()
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** A database with one run to work on. */
function prepared(): { path: string; run: string } {
  const path = temporaryPath()
  const store = openStore(path)
  const { id } = store.createRun(newRun())
  store.close()
  return { path, run: id }
}

function expectSound(path: string): void {
  const db = new Database(path)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

/** Checks that the stored run is one consistent moment: every number follows from the number of steps. */
function expectConsistent(store: Store, run: string): void {
  for (const { id, state, result, checkpoint } of store.trainings(run)) {
    const r = id.round!
    const stored = store.stepMetrics(run, id)
    expect(stored).toEqual(stored.map((_, step) => stepMetric(step, weightsAfter(r, step + 1))))
    const epochs = store.epochMetrics(run, id)
    expect(epochs).toEqual(epochs.map((_, epoch) => epochMetric(epoch, weightsAfter(r, (epoch + 1) * EPOCH_STEPS))))
    expect(epochs).toHaveLength(Math.floor(stored.length / EPOCH_STEPS))
    if (r === 0 && state === 'running') expect(checkpoint?.step ?? 0).toBe(stored.length)
    else expect(stored.length).toBeGreaterThanOrEqual(checkpoint?.step ?? 0)
    if (checkpoint !== null)
      expect(
        same(store.loadCheckpoint(run, id), checkpointAfter(checkpoint.step, weightsAfter(r, checkpoint.step))),
      ).toBe(true)
    const end = weightsAfter(r, STEPS)
    const finished = state === 'finished'
    expect(finished).toBe(stored.length === STEPS)
    expect(result).toEqual(finished ? resultOf(end) : null)
    expect(checkpoint === null || !finished).toBe(true)
    expect(store.loadMask(run, 'ner', r + 1)).toEqual(finished ? maskOf(end) : null)
    expect(same(store.loadArtifact(run, id, 'weights.best'), finished ? checkpointAfter(STEPS, end).state : null)).toBe(
      true,
    )
  }
}

/** Deep equality of large arrays, which takes the test runner's matcher seconds. */
function same(a: unknown, b: unknown): boolean {
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b))
    return Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b)
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key as never], b[key as never]))
}

describe('kill -9', () => {
  it('at any moment leaves a consistent database, and a run that resumes to the same result', async () => {
    const { path, run } = prepared()
    let hits = 0
    const seed = Number(process.env.KILL_SEED ?? Date.now() % 2 ** 31)
    console.log(`moments of the kills: KILL_SEED=${seed}`)
    for (let kill = 0; kill < 15; kill++) {
      const child = start('worker.ts', path)
      const done = ended(child)
      // Every fifth is killed while it starts, the others at work.
      if (kill % 5 !== 4) await Promise.race([firstWord(child), done])
      await sleep(uniform(kill, { k0: seed, k1: 0 }) * (kill % 5 === 4 ? 200 : 80))
      child.kill('SIGKILL')
      hits += (await done) === null ? 1 : 0
      expectSound(path)
      const store = openStore(path)
      const { status, interrupted } = store.getRun(run)
      expect(interrupted).toBe(status === 'running')
      expectConsistent(store, run)
      store.close()
    }
    expect(hits).toBeGreaterThan(5)
    expect(await ended(start('worker.ts', path))).toBe(0)
    const store = open(path)
    expectConsistent(store, run)
    expect(store.getRun(run)).toMatchObject({ status: 'finished', interrupted: false })
    expect(store.trainings(run).map(({ id, state }) => [id, state])).toEqual(
      Array.from({ length: ROUNDS }, (_, r) => [roundId(r), 'finished']),
    )
  })
})

describe('two processes', () => {
  it('one reads consistent moments while the other writes', async () => {
    const { path, run } = prepared()
    const child = start('worker.ts', path)
    const done = ended(child)
    await firstWord(child)
    const reader = open(path, { readonly: true })
    const seen = new Set<number>()
    while (child.exitCode === null) {
      reader.read(() => {
        expectConsistent(reader, run)
        seen.add(reader.trainings(run).reduce((total, { id }) => total + reader.stepMetrics(run, id).length, 0))
      })
      await sleep(5)
    }
    expect(await done).toBe(0)
    expect(seen.size).toBeGreaterThan(2)
    expect(reader.getRun(run).status).toBe('finished')
  })

  it('do not work on the same run: the second is refused until the first is dead', async () => {
    const { path, run } = prepared()
    const first = start('worker.ts', path, 'hold')
    expect(await firstWord(first)).toBe('working')
    const store = open(path)
    expect(store.getRun(run)).toMatchObject({ status: 'running', interrupted: false })
    const refusal = `Run ${run} is already running: process ${first.pid} is working on it.`
    expect(await firstWord(start('worker.ts', path, 'hold'))).toBe(`refused: ${refusal}`)
    expect(() => store.claimRun(run)).toThrow(expect.objectContaining({ code: 'owned', message: refusal }))
    const id = round(0)
    for (const write of [
      () => store.commit(run, { id, start: { totalSteps: 1 } }),
      () => store.heartbeat(run, 1),
      () => store.deleteRun(run),
      () => store.setStatus(run, 'failed'),
      () => store.saveDocument(run, 'x', 1),
      () => store.rewindMetrics(run, id, 0, 0),
    ])
      expect(write).toThrow(expect.objectContaining({ code: 'owned' }))
    store.addTags(run, ['anyone may'])

    first.kill('SIGKILL')
    await ended(first)
    expect(store.getRun(run)).toMatchObject({ status: 'running', interrupted: true })
    expect(store.listRuns({ status: 'interrupted' })).toHaveLength(1)
    expect(() => store.commit(run, { id, start: { totalSteps: 1 } })).toThrow(/claim it before writing/)
    expect(store.claimRun(run)).toMatchObject({ status: 'running', interrupted: false })
    store.commit(run, { id, start: { totalSteps: 1 }, steps: steps(0, 1) })
    expect(() => store.claimRun(run)).toThrow(/this process is working on it/)
  })

  it('any process can end or delete the run of a dead process', async () => {
    const { path, run } = prepared()
    const child = start('worker.ts', path, 'hold')
    await firstWord(child)
    child.kill('SIGKILL')
    await ended(child)
    const store = open(path)
    store.setStatus(run, 'failed', 'The process died.')
    expect(store.getRun(run)).toMatchObject({ status: 'failed', interrupted: false, message: 'The process died.' })
    store.deleteRun(run)
    expect(store.listRuns()).toEqual([])
  })

  it('can create the database at the same time', async () => {
    const path = temporaryPath()
    const codes = await Promise.all(Array.from({ length: 6 }, () => ended(start('opener.ts', path))))
    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    expect(open(path).listRuns()).toHaveLength(6)
    expectSound(path)
  })
})

it('the write-ahead log does not grow with the number of checkpoints', () => {
  const path = temporaryPath()
  const store = open(path)
  const { id: run } = store.createRun(newRun())
  store.commit(run, { id: round(0), start: { totalSteps: 100 } })
  const data = new Float32Array(2_000_000)
  const sizes = Array.from({ length: 8 }, (_, i) => {
    store.commit(run, {
      id: round(0),
      checkpoint: { step: i, epoch: 0, scalars: {}, state: { w: { shape: [data.length], data: data.fill(i) } } },
    })
    return statSync(path).size + statSync(`${path}-wal`).size
  })
  expect(Math.max(...sizes)).toBeLessThan(3 * data.byteLength)
})
