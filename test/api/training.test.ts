/** Training through the requests, in real processes: the same bits as in one process, whatever happens meanwhile. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { ActiveRun } from '../../shared/protocol/requests/training.ts'
import { open } from '../store/fixtures.ts'
import { openTestApi } from '../support/api.ts'
import { corpusFiles, tinyConfig } from '../support/corpus.ts'
import { expectSameOutcome, expectWholeMetrics, finished, outcomeOf, type Outcome } from '../support/experiments.ts'
import { openStudio, type Studio } from '../support/studio.ts'

const config = tinyConfig({ methods: ['hard', 'sparse'], imp: { epochs: 4 }, joint: { epochs: 6 } })
let whole: Outcome

beforeAll(async () => {
  whole = outcomeOf(await finished(config))
})

const HELD_MS = 1200
const trains = (event: RunEvent) => event.type === 'steps'
const activeOf = (studio: Studio) => studio.told.flatMap((message) => (message.name === 'active' ? [message.data] : []))
const statesOf = (studio: Studio, run: string) =>
  activeOf(studio).flatMap((runs) => runs.filter((one) => one.run === run).map(({ state }) => state))

function expectWhole({ store }: Studio, runId: string): void {
  expect(store.getRun(runId)).toMatchObject({ status: 'finished', interrupted: false })
  const outcome = outcomeOf({ store, runId })
  expectWholeMetrics(outcome)
  expectSameOutcome(outcome, whole)
}

describe('a run', () => {
  it('trains in another process to the same bits, and reports its events', async () => {
    const studio = openStudio()
    const { run, warnings } = await studio.start(config)
    expect(warnings).toEqual([])
    expect(studio.store.getRun(run)).toMatchObject({ name: 'tiny', id: run })
    await studio.over(run)
    expectWhole(studio, run)

    const events = studio.eventsOf(run)
    expect(events.at(-1)).toEqual({ type: 'status', status: 'finished', message: null })
    const told = events.flatMap((event) => (event.type === 'steps' ? event.steps : []))
    expect(told).toHaveLength(Object.values(whole.steps).flat().length)
    expect(events.filter(({ type }) => type === 'trainingEnd')).toHaveLength(whole.trainings.length)
    expect(activeOf(studio)[0]).toMatchObject([
      { run, name: 'tiny', state: 'running', progress: { done: 0, trainings: [] } },
    ])
    expect(activeOf(studio).at(-1)).toEqual([])
    expect(studio.told.at(-1)).toEqual({ name: 'changed', data: {} })
  })

  it('is paused and continued, to the same bits', async () => {
    const studio = openStudio()
    const began = performance.now()
    const { run } = await studio.start(config)
    await studio.event(run, trains)
    await studio.ask('training.pause', { run })
    await studio.ask('training.pause', { run })
    await quiet(studio, run)
    const [before] = await studio.ask('training.active', {})
    expect(before).toMatchObject({ run, state: 'paused' })
    await sleep(HELD_MS)
    // Neither the run nor its clock has advanced.
    expect(await studio.ask('training.active', {})).toEqual([before])
    expect(studio.store.getRun(run)).toMatchObject({ status: 'running', interrupted: false })
    await studio.ask('training.unpause', { run })
    await studio.over(run)
    expectWhole(studio, run)
    expect(1000 * studio.store.getRun(run).workedSeconds).toBeLessThan(performance.now() - began - HELD_MS)
    expect(new Set(statesOf(studio, run))).toEqual(new Set(['running', 'paused']))
  })

  it('stops, running or paused, and resumes where it stopped', async () => {
    const studio = openStudio()
    const { run } = await studio.start(config)
    await studio.event(run, trains)
    await studio.ask('training.stop', { run })
    await studio.over(run)
    expect(studio.store.getRun(run)).toMatchObject({ status: 'stopped', message: null })
    expect(statesOf(studio, run)).toContain('stopping')

    await studio.ask('training.resume', { run })
    expect(await studio.refusal('training.resume', { run })).toEqual({
      code: 'owned',
      message: `Run ${run} is in training here already.`,
    })
    await studio.event(run, (event) => event.type === 'trainingEnd')
    const [{ progress }] = await studio.ask('training.active', {})
    await studio.ask('training.pause', { run })
    expect(await studio.refusal('runs.delete', { run })).toMatchObject({ code: 'owned' })
    await studio.ask('training.stop', { run })
    await studio.over(run)
    expect(studio.store.getRun(run).status).toBe('stopped')
    expect(progress.done).toBeGreaterThan(0)
    expect(progress.planned).toBe(whole.trainings.length)

    await studio.ask('training.resume', { run: 'last' })
    // Trainings of earlier sessions count from the start.
    expect(activeOf(studio).at(-1)![0].progress.done).toBeGreaterThanOrEqual(progress.done)
    await studio.over(run)
    expectWhole(studio, run)
    expect(await studio.refusal('training.resume', { run })).toMatchObject({ code: 'finished' })
    expect(await studio.refusal('training.pause', { run })).toEqual({
      code: 'notActive',
      message: `Run ${run} is not in training here.`,
    })
    expect(await studio.refusal('training.stop', { run: 'nobody' })).toMatchObject({ code: 'missing' })
  })

  it('whose process is killed is interrupted, and resumes to the same bits', async () => {
    const studio = openStudio()
    const { run } = await studio.start(config)
    await studio.event(run, (event) => event.type === 'trainingEnd')
    process.kill(ownerOf(studio, run), 'SIGKILL')
    await studio.over(run)
    expect(studio.store.getRun(run)).toMatchObject({ status: 'running', interrupted: true })
    expect(studio.eventsOf(run).at(-1)).toMatchObject({
      type: 'warning',
      message: expect.stringContaining('ended unexpectedly (it was killed)'),
    })
    expect(studio.told.slice(-2)).toEqual([
      { name: 'active', data: [] },
      { name: 'changed', data: {} },
    ])
    await studio.ask('training.resume', { run })
    await studio.over(run)
    expectWhole(studio, run)
  })

  it('that another process works on is refused with the store’s message', async () => {
    const studio = openStudio()
    const { run } = await studio.start(config)
    await studio.event(run, trains)
    await studio.ask('training.stop', { run })
    await studio.over(run)
    const other = spawn(process.execPath, [
      fileURLToPath(new URL('../store/processes/worker.ts', import.meta.url)),
      studio.store.path,
      'hold',
    ])
    onTestFinished(() => void other.kill('SIGKILL'))
    await once(other.stdout, 'data')
    expect(await studio.refusal('training.resume', { run })).toEqual({
      code: 'owned',
      message: `Run ${run} is already running: process ${other.pid} is working on it.`,
    })
    expect(await studio.ask('training.active', {})).toEqual([])
  })

  it('that fails has its reason, and leaves the list', async () => {
    const studio = openStudio()
    const { run } = await studio.start(tinyConfig({ optimizer: { learningRate: 1e30 }, imp: { clipNorm: null } }))
    await studio.over(run)
    expect(studio.store.getRun(run)).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('The loss became'),
    })
    expect(studio.eventsOf(run)).toContainEqual({
      type: 'status',
      status: 'failed',
      message: studio.store.getRun(run).message,
    })
  })
})

describe('several runs', () => {
  it('train one after the other, in order; a queued one can be removed', async () => {
    const studio = openStudio()
    const little = tinyConfig({ methods: ['single'], imp: { epochs: 1 } })
    const { run: first } = await studio.start(config)
    await studio.event(first, trains)
    await studio.ask('training.pause', { run: first })
    const { run: second } = await studio.start(little)
    const { run: third } = await studio.start(little)
    const { run: fourth } = await studio.start(little)
    const order = async () => (await studio.ask('training.active', {})).map(({ run, state }) => [run, state])
    expect(await order()).toEqual([
      [first, 'paused'],
      [second, 'queued'],
      [third, 'queued'],
      [fourth, 'queued'],
    ])
    expect(studio.store.getRun(second)).toMatchObject({ status: 'created' })
    expect(await studio.refusal('training.pause', { run: second })).toMatchObject({
      code: 'notRunning',
      message: `Run ${second} cannot be paused: it is queued.`,
    })
    await studio.ask('runs.rename', { run: second, name: 'the second' })
    expect(
      activeOf(studio)
        .at(-1)!
        .map(({ name }) => name),
    ).toEqual(['tiny', 'the second', 'tiny', 'tiny'])
    expect(await studio.refusal('runs.delete', { run: third })).toEqual({
      code: 'owned',
      message: `Run ${third} cannot be deleted: it is queued here. Stop it first.`,
    })
    await studio.ask('training.stop', { run: third })
    expect(await order()).toEqual([
      [first, 'paused'],
      [second, 'queued'],
      [fourth, 'queued'],
    ])

    await studio.ask('training.unpause', { run: first })
    await studio.over(fourth)
    expectWhole(studio, first)
    expect([second, third, fourth].map((run) => studio.store.getRun(run).status)).toEqual([
      'finished',
      'created',
      'finished',
    ])
    const running = activeOf(studio).map((runs: ActiveRun[]) =>
      runs.filter(({ state }) => state !== 'queued').map(({ run }) => run),
    )
    expect(running.every((runs) => runs.length <= 1)).toBe(true)
    expect([...new Set(running.flat())]).toEqual([first, second, fourth])
  })
})

describe('no run is created', () => {
  it('where the settings are wrong: all problems are reported', async () => {
    const studio = openStudio()
    const wrong = { ...studio.placed(config), seed: -1, tasks: {} }
    const { code, message } = await studio.refusal('training.start', { config: wrong })
    expect(code).toBe('badConfig')
    expect(message).toMatch(/seed: found -1/)
    expect(message).toMatch(/tasks: /)
    expect(studio.store.listRuns()).toEqual([])
  })

  it('where a path is relative, or a file is missing', async () => {
    const studio = openStudio()
    const relative = await studio.refusal('training.start', { config })
    expect(relative).toMatchObject({ code: 'badConfig' })
    expect(relative.message.split('\n')).toEqual(
      ['train', 'dev', 'test'].map(
        (split) => `corpora.made.${split}: ${split}.txt: is relative to an unknown folder; give the absolute path`,
      ),
    )
    const gone = studio.placed({ ...config, corpora: { made: { ...config.corpora.made, train: 'gone.txt' } } })
    expect(await studio.refusal('training.start', { config: gone })).toEqual({
      code: 'badConfig',
      message: `corpora.made.train: ${join(studio.folder, 'gone.txt')}: there is no such file`,
    })
    expect(studio.store.listRuns()).toEqual([])
  })

  it('where the database is in memory, which no other process can write to', async () => {
    const studio = openStudio()
    const api = openTestApi(open())
    onTestFinished(() => api.close())
    expect(await api.call('training.start', { config: studio.placed(config) })).toMatchObject({
      ok: false,
      error: { code: 'noFile' },
    })
  })

  it('where the data has problems: all are reported with file and line', async () => {
    const studio = openStudio({ ...corpusFiles(), 'train.txt': 'one DET B-NP\ntwo NOUN\n\nthree\n' })
    const { code, message } = await studio.refusal('training.start', { config: studio.placed(config) })
    expect(code).toBe('badData')
    expect(message).toContain(`${join(studio.folder, 'train.txt')}:2`)
    expect(message).toContain(`${join(studio.folder, 'train.txt')}:4`)
    expect(studio.store.listRuns()).toEqual([])
    expect(await studio.ask('training.active', {})).toEqual([])
  })
})

describe('the program closes', () => {
  it('after trainings have stopped at a checkpoint; queued runs stay as they were', async () => {
    const studio = openStudio()
    // A short one could be finished by then on a slow machine.
    const { run } = await studio.start(tinyConfig({ methods: ['hard'], joint: { epochs: 100_000 } }))
    const { run: waiting } = await studio.start(config)
    await studio.event(run, trains)
    const pid = ownerOf(studio, run)
    await studio.api.close()
    expect(() => process.kill(pid, 0)).toThrow()
    expect(studio.store.getRun(run)).toMatchObject({ status: 'stopped', interrupted: false })
    expect(studio.store.getRun(waiting)).toMatchObject({ status: 'created' })
    expect(await studio.refusal('training.start', { config: studio.placed(config) })).toMatchObject({ code: 'closing' })
    expect(await studio.refusal('training.resume', { run })).toMatchObject({ code: 'closing' })
    expect(await studio.ask('training.active', {})).toEqual([])
  })
})

/** The process that trains a run. */
function ownerOf({ store }: Studio, run: string): number {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  const line = children.split('\n').find((child) => child.includes('entry/trainer.ts'))
  expect(line, `the process that trains ${run} of ${store.path}`).toBeDefined()
  return Number(line!.trim().split(' ')[0])
}

/** Waits until no more events of a run arrive: those under way when it was paused have arrived. */
async function quiet(studio: Studio, run: string): Promise<void> {
  let heard = -1
  await vi.waitFor(
    () => {
      const before = heard
      heard = studio.eventsOf(run).length
      expect(heard).toBe(before)
    },
    { timeout: 200_000, interval: 600 },
  )
}
