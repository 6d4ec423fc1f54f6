/** Tasks and corpora called like properties that every object has: names come from people. */
import { beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../main/config/problems.ts'
import { createRun } from '../../main/experiment/lifecycle.ts'
import { loadModel } from '../../main/tagger/model.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { setAt, valueAt } from '../../shared/util/nested.ts'
import { tinyConfig } from '../support/corpus.ts'
import {
  created,
  expectSameOutcome,
  expectWholeMetrics,
  finished,
  outcomeOf,
  runSession,
} from '../support/experiments.ts'
import type { Experiment } from '../support/experiments.ts'

const NAMES = ['constructor', 'toString', 'hasOwnProperty']
const config = tinyConfig({
  methods: ['single', 'subnet', 'hard', 'sparse'],
  corpora: { valueOf: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
  tasks: Object.fromEntries(NAMES.map((name, i) => [name, { tags: 1 + (i % 2) }])),
  imp: { epochs: 1, maxRounds: 1 },
})

describe('a run with such tasks', () => {
  let experiment: Experiment
  beforeAll(async () => {
    experiment = await finished(config)
  })

  it('trains every round of every task, and reports all of them', () => {
    const { trainings, report } = outcomeOf(experiment)
    expect(trainings.map(({ key }) => key).toSorted()).toEqual(
      [...NAMES.flatMap((name) => [`imp/${name}/0`, `imp/${name}/1`]), 'hard', 'sparse'].toSorted(),
    )
    expectWholeMetrics(outcomeOf(experiment))
    expect(report!.tickets.map(({ task }) => task)).toEqual(NAMES)
    for (const { scores } of report!.methods) {
      expect(Object.keys(scores)).toEqual(NAMES)
      for (const { dev, test } of Object.values(scores))
        expect([typeof dev.value, typeof test?.value]).toEqual(['number', 'number'])
    }
    expect(report!.overlap!.pairs).toHaveLength(3)
  })

  it('is listed and tags like any other', () => {
    const [summary] = experiment.store.listSummaries()
    expect(summary.tasks).toEqual(NAMES)
    expect(Object.keys(summary.scores!.best.tasks)).toEqual(NAMES)
    expect(loadModel(experiment.store, experiment.runId).info.tasks.map(({ name }) => name)).toEqual(NAMES)
  })

  it('resumes to the same bits', async () => {
    const stopped = await created(config)
    expect((await runSession(stopped, { stopAt: ({ type }) => type === 'trainingEnd' })).end).toBe('stopped')
    expect((await runSession(stopped)).end).toBe('finished')
    expectSameOutcome(outcomeOf(stopped), outcomeOf(experiment))
  })

  it('gives its subnets to other runs: taken over, and extended', async () => {
    const { store, folder, runId } = experiment
    const taken = {
      ...config,
      methods: ['sparse'],
      tickets: { run: runId, rounds: { constructor: 1 } },
    } as ExperimentConfig
    const other = { ...experiment, ...(await createRun(store, taken, folder)) }
    expect((await runSession(other)).end).toBe('finished')
    expect(store.getRun(other.runId).report!.tickets.map(({ task }) => task)).toEqual(NAMES)

    const added = {
      ...config,
      methods: ['sparse'],
      tasks: tinyConfig({ tasks: { isPrototypeOf: { tags: 1, corpus: 'valueOf' } } }).tasks,
      extend: { run: runId, how: 'private', rounds: {} },
    } as ExperimentConfig
    const extended = { ...experiment, ...(await createRun(store, added, folder)) }
    expect((await runSession(extended)).end).toBe('finished')
    const keys = outcomeOf(extended).trainings.map(({ key }) => key)
    expect(keys).toEqual(['imp/isPrototypeOf/0', 'imp/isPrototypeOf/1', 'sparse'])
  })
})

it.each(['tasks', 'corpora'])('__proto__, which cannot be an ordinary key, is refused in %s', async (section) => {
  const { store, folder } = await created(tinyConfig())
  const bad = structuredClone(tinyConfig())
  setAt(bad, [section, '__proto__'], Object.values(bad[section as 'tasks'])[0])
  await expect(createRun(store, bad, folder)).rejects.toThrow(ConfigError)
  await expect(createRun(store, bad, folder)).rejects.toThrow(
    `${section}.__proto__: invalid name: __proto__ is reserved`,
  )
  expect(store.listRuns()).toHaveLength(1)
})

it('a value is set at any path without reaching the prototype of objects', () => {
  const target: Record<string, unknown> = {}
  setAt(target, ['__proto__', 'polluted'], 1)
  setAt(target, ['constructor', 'prototype', 'polluted'], 1)
  setAt(target, ['tasks', 'toString', 'tags'], 3)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(valueAt(target, ['__proto__', 'polluted'])).toBe(1)
  expect(valueAt(target, ['constructor', 'prototype', 'polluted'])).toBe(1)
  expect(valueAt(target, ['tasks', 'toString'])).toEqual({ tags: 3 })
  expect(valueAt({}, ['constructor'])).toBeUndefined()
})
