/** Finished runs over several seeds, with the counts of their test sentences, generated instead of trained. */
import { RUN_ARTIFACTS, testCountsName } from '../../main/store/artifacts.ts'
import type { Store } from '../../main/store/types.ts'
import { meanScore } from '../../shared/runs/bootstrap.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import { newRun } from '../store/records.ts'
import { Draw } from './arrays.ts'

const TASKS = ['ner', 'pos']
const METHODS: Method[] = ['hard', 'sparse']
const SENTENCES = 60

/** One run per seed, called "NAME, seed S". `quality`: the share of its spans that are right; `epochs` sets it apart. */
export function addSeeds(
  store: Store,
  { name, seeds, quality, epochs }: { name: string; seeds: readonly number[]; quality: number; epochs: number },
): string[] {
  const base = newRun()
  return seeds.map((seed) => {
    const config = {
      ...base.config,
      name: `${name}, seed ${seed}`,
      seed,
      methods: METHODS,
      joint: { ...base.config.joint, epochs },
    }
    const { id } = store.createRun({ ...base, name: config.name, config })
    store.claimRun(id)
    const counts = new Map(
      METHODS.flatMap((method) =>
        TASKS.map((task) => [testCountsName(method, task), countsOf(`${name}/${seed}/${method}/${task}`, quality)]),
      ),
    )
    const all = Int32Array.from({ length: SENTENCES }, (_, i) => i)
    const value = (method: Method, task: string) => meanScore([counts.get(testCountsName(method, task))!], all)
    for (const method of METHODS) {
      const training: TrainingId = { phase: method as 'hard', task: null, round: null }
      const dev = Object.fromEntries(
        TASKS.map((task) => [task, { name: 'spanF1' as const, value: value(method, task), precision: 80, recall: 80 }]),
      )
      store.commit(id, {
        id: training,
        start: { totalSteps: 10 },
        epochs: [{ epoch: 0, step: 10, loss: { ner: 1, pos: 1 }, dev, trainSeconds: 1, evalSeconds: 1, best: true }],
        result: { density: { ner: 1, pos: 1 }, bestEpoch: 0, epochs: 1, dev },
      })
    }
    store.saveArtifact(
      id,
      null,
      RUN_ARTIFACTS.testCounts,
      Object.fromEntries([...counts].map(([key, data]) => [key, { shape: [SENTENCES, 3], data }])),
    )
    store.saveReport(id, reportOf(value))
    store.setStatus(id, 'finished')
    return id
  })
}

/** Four spans in each sentence, each found with this probability. */
function countsOf(key: string, quality: number): Int32Array {
  const draw = new Draw('counts', key)
  return Int32Array.from(
    Array.from({ length: SENTENCES }, () => {
      const right = Array.from({ length: 4 }, () => draw.number()).filter((value) => value < quality).length
      return [4, 4, right]
    }).flat(),
  )
}

function reportOf(value: (method: Method, task: string) => number): Report {
  return {
    tasks: TASKS.map((name) => ({
      name,
      kind: 'span',
      score: 'spanF1',
      tags: 9,
      train: 100,
      dev: 20,
      test: SENTENCES,
    })),
    methods: METHODS.map((method) => ({
      method,
      params: method === 'hard' ? 530_000 : 400_000,
      scores: Object.fromEntries(
        TASKS.map((task) => {
          const score = { name: 'spanF1' as const, value: value(method, task), precision: 80, recall: 80 }
          return [task, { dev: score, test: score, bestEpoch: 0 }]
        }),
      ),
    })),
    tickets: [],
    overlap: null,
    prunable: 530_730,
  }
}
