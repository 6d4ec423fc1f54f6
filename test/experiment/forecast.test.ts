/** The forecast: the time of all trainings from the cost of each. */
import { describe, expect, it } from 'vitest'
import type { Calibration } from '../../main/experiment/calibrate.ts'
import { forecast, makespan } from '../../main/experiment/forecast.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { tinyConfig } from '../support/corpus.ts'
import { finished } from '../support/experiments.ts'

describe('makespan', () => {
  it.each<[string, number[][], number, number, number]>([
    ['one chain has all cores, as it had when it was measured', [[1, 2, 3]], 4, 3, 6],
    [
      'two chains on two cores',
      [
        [1, 1, 1],
        [1, 2],
      ],
      2,
      1,
      3,
    ],
    ['the rest of the longer chain has both cores', [[2], [1, 1, 2, 2]], 2, 2, 4],
    ['one core', [[1, 2], [3], []], 1, 1, 6],
    [
      'three chains on two cores take turns',
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      2,
      1.5,
      3,
    ],
    ['on eight cores two trainings have four each, and the last has all', [[4], [8, 8]], 8, 2, 12],
    ['nothing', [], 2, 1, 0],
  ])('%s', (_, chains, cores, alone, seconds) => {
    expect(makespan(chains, cores, alone)).toBeCloseTo(seconds)
  })
})

const cost = (token: number) => ({ token, epoch: 0, training: 0 })

it.each([
  tinyConfig({
    methods: ['hard', 'soft', 'hierarchical', 'sparse'],
    warmup: { steps: 7, epochs: 1 },
    joint: { sampling: 'roundRobin' },
  }),
  tinyConfig({ methods: ['single', 'hard'] }),
])('counts the trainings and steps that a run takes, and adds up exactly their cost', async (config) => {
  const { store, runId, folder } = await finished(config)
  const { data } = await loadExperimentData(config, folder)
  const trainings = store.trainings(runId)
  const calibration: Calibration = {
    imp: new Map([
      ['pos', cost(1)],
      ['np', cost(1)],
    ]),
    joint: new Map([
      ['hard', cost(2)],
      ['soft', cost(2)],
      ['hierarchical', cost(2)],
      ['sparse', cost(2)],
    ]),
    warmup: cost(3),
    alone: 1,
    start: 0,
  }
  const stages = forecast(config, data, calibration, 1)
  const taken = (phase: string) => trainings.filter(({ id }) => id.phase === phase)
  expect(stages.map(({ phase, trainings, steps }) => ({ phase, trainings, steps }))).toEqual(
    [...new Set(trainings.map(({ id }) => id.phase))].map((phase) => ({
      phase,
      trainings: taken(phase).length,
      steps: taken(phase).reduce((sum, { totalSteps }) => sum + totalSteps, 0),
    })),
  )
  for (const { phase, tokens, seconds } of stages) {
    // On one core, the sum of all costs.
    expect(seconds).toBeCloseTo(tokens * (phase === 'warmup' ? 3 : phase === 'imp' ? 1 : 2), 3)
    const trained = taken(phase)
      .flatMap(({ id }) => store.stepMetrics(runId, id))
      .reduce((sum, step) => sum + step.tokens, 0)
    // A joint training draws its tasks at random.
    expect(Math.abs(tokens / trained - 1)).toBeLessThan(phase === 'imp' ? 1e-9 : 0.15)
  }
})
