/** The one place that reads test data: after all training and every choice. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { Mask } from '../../shared/network/mask.ts'
import { JOINT_METHODS, type Method } from '../../shared/settings/methods.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import type { Score, TrainingId } from '../../shared/runs/training.ts'
import { loadTestSplits, type TestSplit } from '../data/testSplits.ts'
import type { NetworkShape } from '../nn/parameters.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { RUN_ARTIFACTS, testCountsName } from '../store/artifacts.ts'
import type { ExperimentContext } from './context.ts'
import { jointSpec } from './specs.ts'
import type { Ticket } from './tickets.ts'

/** Test scores by method, then task; null where a task has no test split. */
export type TestScores = Partial<Record<Method, Record<string, Score | null>>>

/** A trained network and the tasks it tags, each under its mask. */
interface Subject {
  method: Method
  id: TrainingId
  shape: NetworkShape
  tasks: { name: string; mask: Mask | null }[]
}

/**
 * Scores what each method chose on dev. The methods are those the config names, and those that came for free on the way. What the
 * scores are made of, sentence by sentence, is kept: whether two methods differ can be asked later without reading test again.
 */
export async function evaluateTest(lab: ExperimentContext, tickets: Ticket[]): Promise<TestScores> {
  const { config, data, loaded, pool, run } = lab
  const test = await loadTestSplits(config, '', loaded.vocabulary, data, run.datasets)
  const scores: TestScores = {}
  const counts: ArrayBundle = {}
  await lab.all(
    subjects(lab, tickets).map(async ({ method, id, shape, tasks }) => {
      const found = (scores[method] ??= {})
      const present = tasks.filter(({ name }) => test.tasks[name] !== null)
      for (const { name } of tasks) found[name] = null
      if (present.length === 0) return
      const exams = present.map(({ name, mask }) => {
        const { split, tagNames } = test.tasks[name] as TestSplit
        const { score, scheme } = data.tasks.find((task) => task.name === name)!
        return { task: { name, score, scheme, tagNames }, split, mask }
      })
      const end = await pool.run({ type: 'exam', shape, weights: lab.weightsOf(id), spellings: test.spellings, exams })
      if (end.type !== 'examined') throw new Error(`Unexpected end of an exam: ${end.type}`)
      for (const [name, result] of Object.entries(end.results)) {
        found[name] = result.score
        counts[testCountsName(method, name)] = { shape: [result.counts.length / 3, 3], data: result.counts }
      }
    }),
  )
  lab.store.saveArtifact(lab.runId, null, RUN_ARTIFACTS.testCounts, counts)
  return scores
}

function subjects({ config, data }: ExperimentContext, tickets: Ticket[]): Subject[] {
  const alone = (method: 'single' | 'subnet', task: string, round: number, mask: Mask | null): Subject => ({
    method,
    id: { phase: 'imp', task, round },
    shape: networkShape(config.model, data, [task]),
    tasks: [{ name: task, mask }],
  })
  const masks = new Map(tickets.map(({ task, mask }) => [task, mask]))
  const searched = searchedTasks(config)
  const own = tickets.filter(({ task }) => searched.includes(task))
  const pruned = config.methods.includes('subnet') || config.methods.includes('sparse')
  return [
    ...own.map(({ task }) => alone('single', task, 0, null)),
    ...(pruned ? own.map(({ task, chosen, mask }) => alone('subnet', task, chosen, mask)) : []),
    ...JOINT_METHODS.filter((method) => config.methods.includes(method)).map((method): Subject => ({
      method,
      ...jointSpec(config, data, method, masks),
    })),
  ]
}
