/** Hundreds of runs with realistic metrics, generated instead of trained. Without the test runner, because benchmarks use them too. */
import type { Store } from '../../main/store/types.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { EpochMetric, Score, TrainingId, TrainingResult } from '../../shared/runs/training.ts'
import { newRun } from '../store/records.ts'
import { Draw } from './arrays.ts'

const TASKS = ['ner', 'pos']
const [ALL, JOINT]: Method[][] = [
  ['single', 'subnet', 'hard', 'sparse'],
  ['hard', 'sparse'],
]

export interface Sizes {
  /** Rounds of IMP per task, and epochs of each. */
  rounds: number
  impEpochs: number
  /** Epochs of joint training. */
  jointEpochs: number
}

/** Run i is called "run i"; every tenth was stopped before its joint training. Tags: even or odd, and "paper" for every hundredth. */
export function addRuns(store: Store, count: number, { rounds, impEpochs, jointEpochs }: Sizes): string[] {
  const base = newRun()
  return Array.from({ length: count }, (_, i) => {
    const draw = new Draw('runs', i)
    const config = { ...base.config, name: `run ${i}`, seed: i, methods: i % 2 === 0 ? ALL : JOINT }
    const { id: run } = store.createRun({ ...base, name: config.name, config })
    store.claimRun(run)
    for (const task of TASKS)
      for (let round = 0; round < rounds; round++)
        train(store, run, { phase: 'imp', task, round }, [task], impEpochs, 0.8 ** round, draw)
    if (i % 10 === 9) store.setStatus(run, 'stopped')
    else {
      const results = (['hard', 'sparse'] as const).map((phase) =>
        train(store, run, { phase, task: null, round: null }, TASKS, jointEpochs, 0.5, draw),
      )
      store.saveReport(run, reportOf(results))
      store.setStatus(run, 'finished')
    }
    store.addTags(run, [i % 2 === 0 ? 'even' : 'odd', ...(i % 100 === 0 ? ['paper'] : [])])
    return run
  })
}

function train(
  store: Store,
  run: string,
  id: TrainingId,
  tasks: string[],
  count: number,
  density: number,
  draw: Draw,
): TrainingResult {
  let top = -1
  const epochs = Array.from({ length: count }, (_, epoch): EpochMetric => {
    const scores = tasks.map((task, t): [string, Score] => [
      task,
      {
        name: t === 0 ? 'spanF1' : 'accuracy',
        value: 90 - 30 / (1 + epoch) + 4 * draw.number(),
        precision: 80,
        recall: 81,
        loss: 0.3,
      },
    ])
    const mean = scores.reduce((sum, [, { value }]) => sum + value, 0) / scores.length
    const best = mean > top
    top = Math.max(top, mean)
    const loss = Object.fromEntries(tasks.map((task) => [task, 1 / (1 + epoch) + 0.01 * draw.number()]))
    return {
      epoch,
      step: 100 * (epoch + 1),
      loss,
      dev: Object.fromEntries(scores),
      trainSeconds: 10,
      evalSeconds: 1,
      best,
    }
  })
  const { epoch: bestEpoch, dev } = epochs.findLast(({ best }) => best)!
  const result = { density: Object.fromEntries(tasks.map((task) => [task, density])), bestEpoch, epochs: count, dev }
  store.commit(run, { id, start: { totalSteps: 100 * count }, epochs, result })
  return result
}

function reportOf(results: TrainingResult[]): Report {
  return {
    tasks: TASKS.map((name, t) => ({
      name,
      kind: t === 0 ? 'span' : 'token',
      score: t === 0 ? 'spanF1' : 'accuracy',
      tags: 9,
      train: 100,
      dev: 20,
      test: 20,
    })),
    methods: results.map(({ dev, bestEpoch }, r) => ({
      method: r === 0 ? 'hard' : 'sparse',
      params: 500_000,
      scores: Object.fromEntries(
        TASKS.map((task) => [task, { dev: dev[task], test: { ...dev[task], value: dev[task].value - 1 }, bestEpoch }]),
      ),
    })),
    tickets: [],
    overlap: null,
    prunable: 530_730,
  }
}
