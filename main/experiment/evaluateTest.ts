/** The one place that reads test data: after all training and every choice. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { chosenRounds, networksOf, type TrainedNetwork } from '../../shared/runs/methodNetworks.ts'
import type { Score } from '../../shared/runs/training.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import { loadTestSplits, type TestSplit } from '../data/testSplits.ts'
import { methodShape } from '../nn/initialWeights.ts'
import { RUN_ARTIFACTS, testCountsName } from '../store/artifacts.ts'
import type { Needs } from './context.ts'
import type { Ticket } from './tickets.ts'

/**
 * Test scores by method, then task; null where a task has no test split. A method that was not evaluated is missing.
 */
export type TestScores = Map<Method, Map<string, Score | null>>

/**
 * Scores on test what each method chose on dev: the methods that the config names, and those that stage 1 yields
 * anyway. Also stores the counts of every sentence, so that two methods can be compared later without reading test
 * again.
 */
export async function evaluateTest(
  context: Needs<'run' | 'config' | 'data' | 'loaded' | 'store' | 'trainings' | 'results'>,
  tickets: Ticket[],
): Promise<TestScores> {
  const { run, config, data, loaded, store, trainings, results } = context
  const test = await loadTestSplits(config, '', loaded.vocabulary, data, run.datasets)
  const splits = new Map(Object.entries(test.tasks))
  const scores: TestScores = new Map()
  const counts: [name: string, array: ArrayBundle[string]][] = []

  async function evaluateNetwork(method: Method, { training, tasks }: TrainedNetwork): Promise<void> {
    const found = scores.get(method) ?? new Map<string, Score | null>()
    scores.set(method, found)
    for (const { name } of tasks) found.set(name, null)
    const evalSets = tasks.flatMap(({ name, round }) => {
      const split = splits.get(name) as TestSplit | null
      if (split === null) return []
      const { score, scheme } = data.tasks.find((task) => task.name === name)!
      const mask = round === null ? null : results.mask(name, round)
      return [{ task: { name, score, scheme, tagNames: split.tagNames }, split: split.split, mask }]
    })
    if (evalSets.length === 0) return
    const names = tasks.map(({ name }) => name)
    const shape = methodShape(config, data, method, names)
    const weights = results.weightsOf(training)
    for (const { task, score, counts: own } of await trainings.evaluate({
      shape,
      weights,
      spellings: test.spellings,
      evalSets,
    })) {
      found.set(task, score)
      counts.push([testCountsName(method, task), { shape: [own.length / 3, 3], data: own }])
    }
  }

  await trainings.all(
    evaluatedNetworks(context, tickets).map(({ method, network }) => evaluateNetwork(method, network)),
  )
  store.saveArtifact(run.id, null, RUN_ARTIFACTS.testCounts, Object.fromEntries(counts))
  return scores
}

/** Every trained network of the run, in the order of METHODS. */
function evaluatedNetworks(
  { config, data }: Needs<'config' | 'data'>,
  tickets: Ticket[],
): { method: Method; network: TrainedNetwork }[] {
  const all = data.tasks.map(({ name }) => name)
  const searched = searchedTasks(config)
  const own = tickets.map(({ task }) => task).filter((task) => searched.includes(task))
  const pruned = config.methods.includes('subnet') || config.methods.includes('sparse')
  return METHODS.flatMap((method) => {
    const tasks =
      method === 'single' ? own : method === 'subnet' ? (pruned ? own : []) : config.methods.includes(method) ? all : []
    const networks = tasks.length === 0 ? [] : networksOf(method, tasks, chosenRounds(tickets))
    if (networks === null) throw new RangeError(`${method} needs a chosen subnet for each of ${tasks.join(', ')}.`)
    return networks.map((network) => ({ method, network }))
  })
}
