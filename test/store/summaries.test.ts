/** The rows of the list of runs, compared with the stored epochs. */
import { describe, expect, it } from 'vitest'
import type { Store } from '../../main/store/types.ts'
import { digestOf, type RunScores } from '../../shared/runs/digest.ts'
import { bestMethod } from '../../shared/runs/report.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, finished, runSession } from '../support/experiments.ts'
import { addRuns } from '../support/manyRuns.ts'
import { joint, newRun, open, result, round } from './fixtures.ts'

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const lineOf = (store: Store, run: string) => store.listSummaries().find(({ id }) => id === run)!

/** Computed from everything that is stored. */
function digestNow(store: Store, runId: string) {
  const { config, report } = store.getRun(runId)
  return digestOf(config, report, store.trainings(runId), ({ id }) => store.epochMetrics(runId, id))
}

it('the row of a finished run agrees with its epochs', async () => {
  const { store, runId, config } = await finished(tinyConfig({ methods: ['hard', 'sparse'], joint: { epochs: 4 } }))
  const run = store.getRun(runId)
  const line = lineOf(store, runId)
  const epochs = store.epochMetrics(runId, joint)
  const chosen = epochs.findLast(({ best }) => best)!
  expect(line).toMatchObject({
    id: runId,
    name: 'tiny',
    status: 'finished',
    configHash: run.configHash,
    methods: ['hard', 'sparse'],
    tasks: ['pos', 'np'],
    seed: config.seed,
    trainings: { done: 8, begun: 8, planned: 8 },
    best: bestMethod(run.report),
  })
  const { method, best, last, chosen: kept } = line.scores!
  expect(method).toBe('sparse')
  for (const task of ['pos', 'np']) {
    const values = epochs.map(({ dev }) => dev[task].value)
    expect(best.tasks[task]).toEqual({ value: Math.max(...values), epoch: values.indexOf(Math.max(...values)) })
    expect(last.tasks[task]).toEqual({ value: values[3], epoch: 3 })
    expect(kept.tasks[task]).toEqual({
      value: run.report!.methods.find((one) => one.method === 'sparse')!.scores[task].dev.value,
      epoch: chosen.epoch,
    })
  }
  for (const scores of [best, last, kept])
    expect(scores.mean).toBe(mean(Object.values(scores.tasks).map(({ value }) => value)))
})

it('follows every commit of a running run', async () => {
  const experiment = await created(tinyConfig({ joint: { epochs: 3 } }))
  const { store, runId } = experiment
  const seen: (RunScores['method'] | undefined)[] = []
  const onEvent = () => {
    const { trainings, best, scores } = lineOf(store, runId)
    expect({ trainings, best, scores }).toEqual(digestNow(store, runId))
    seen.push(scores?.method)
  }
  let epochs = 0
  await runSession(experiment, { onEvent, stopAt: (event) => event.type === 'epoch' && ++epochs === 8 })
  expect(lineOf(store, runId)).toMatchObject({ status: 'stopped', trainings: { planned: 7 } })
  await runSession(experiment, { onEvent })
  expect(new Set(seen)).toEqual(new Set([undefined, 'subnet', 'sparse']))
  expect(lineOf(store, runId)).toMatchObject({ status: 'finished', trainings: { done: 7, planned: 7 } })
})

describe('before joint training', () => {
  const config = newRun().config
  const scored = (value: number) => ({ ...result, dev: { ner: { name: 'spanF1' as const, value } }, bestEpoch: 0 })
  const trained = (n: number, value: number) => ({
    id: round(n),
    result: scored(value),
    epochs: [{ epoch: 0, step: 1, loss: {}, dev: scored(value).dev, trainSeconds: 1, evalSeconds: 1, best: true }],
  })
  const rounds = [trained(0, 70), trained(1, 80), trained(2, 80), trained(3, 60)]

  it('a task is represented by its best round so far, the sparser one on a tie; the mean needs all tasks', () => {
    const { scores } = digestOf({ ...config, tasks: { ner: config.tasks.ner } }, null, rounds, ({ epochs }) => epochs)
    expect(scores).toMatchObject({ method: 'subnet', chosen: { mean: 80, tasks: { ner: { value: 80, epoch: 0 } } } })
    expect(digestOf(config, null, rounds, ({ epochs }) => epochs).scores).toMatchObject({ chosen: { mean: null } })
    const report = {
      tasks: [],
      methods: [],
      tickets: [{ task: 'ner', candidates: [], chosen: 3 }],
      overlap: null,
      prunable: 1,
    }
    expect(digestOf(config, report, rounds, ({ epochs }) => epochs).scores).toMatchObject({
      chosen: { tasks: { ner: { value: 60 } } },
    })
  })

  it('a single network is represented by its dense round', () => {
    expect(digestOf({ ...config, methods: ['single'] }, null, rounds, ({ epochs }) => epochs).scores).toMatchObject({
      method: 'single',
      chosen: { tasks: { ner: { value: 70 } } },
    })
  })

  it('hard sharing is shown where there is no sparse sharing', () => {
    const hard = { ...trained(0, 50), id: { ...joint, phase: 'hard' as const } }
    expect(digestOf(config, null, [...rounds, hard], ({ epochs }) => epochs).scores?.method).toBe('hard')
    expect(trainingKey(hard.id)).toBe('hard')
  })
})

it('lists and searches a thousand runs, newest first', () => {
  const store = open()
  const ids = addRuns(store, 1000, { rounds: 1, impEpochs: 1, jointEpochs: 2 })
  const lines = store.listSummaries()
  expect(lines.map(({ id }) => id)).toEqual(ids.toReversed())
  expect(lines.every(({ scores }) => scores!.chosen.mean !== null)).toBe(true)
  expect(store.listSummaries({ search: 'PAPER' })).toHaveLength(10)
  expect(store.listSummaries({ search: 'run 99', limit: 5 }).map(({ name }) => name)).toEqual([
    'run 999',
    'run 998',
    'run 997',
    'run 996',
    'run 995',
  ])
})

it('renames a run and keeps its settings', () => {
  const store = open()
  const { id, configHash } = store.createRun(newRun('first'))
  store.renameRun(id, 'second')
  expect(lineOf(store, id)).toMatchObject({ name: 'second', configHash })
  expect(store.getRun('second').config.name).toBe('first')
  expect(() => store.renameRun('nobody', 'x')).toThrow(expect.objectContaining({ code: 'missing' }))
})
