/**
 * The one place that reads test data: after all training and every choice, or for an analysis that was asked for and
 * influences nothing. Dev is evaluated once more beside it.
 */
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { EVALUATED_SPLITS, type EvaluatedSplitName, type MethodPrediction } from '../../shared/analysis/evaluated.ts'
import { chosenRounds, networksOf, type TrainedNetwork } from '../../shared/runs/methodNetworks.ts'
import type { Score } from '../../shared/runs/training.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import { loadTestSplits, type TestSplit, type TestSplits } from '../data/testSplits.ts'
import type { EncodedTask, SpellingTable } from '../data/types.ts'
import { methodShape } from '../nn/initialWeights.ts'
import { RUN_ARTIFACTS, testCountsName } from '../store/artifacts.ts'
import type { SealedSplits } from '../training/spec.ts'
import type { Needs } from './context.ts'
import type { Ticket } from './tickets.ts'
import { traitsAfter } from './tokenTraits.ts'

/**
 * Test scores by method, then task; null where a task has no test split. A method that was not evaluated is missing.
 */
export type TestScores = Map<Method, Map<string, Score | null>>

/** One task on one split. */
interface Part extends TestSplit {
  spellings: SpellingTable
}

/**
 * Scores on test what each method chose on dev: the methods that the config names, and those that stage 1 yields
 * anyway. What they predict on dev and test is stored, so that everything else can be found out later without reading
 * test again: scores of labels, kinds of errors, and whether two methods differ by more than chance.
 */
export async function evaluateTest(
  context: Needs<'run' | 'config' | 'data' | 'loaded' | 'store' | 'trainings' | 'results'>,
  tickets: Ticket[],
): Promise<TestScores> {
  const { run, config, data, loaded, store, trainings, results } = context
  const test = await loadTestSplits(config, '', loaded.vocabulary, data, run.datasets)
  const scores: TestScores = new Map()
  const counts: [name: string, array: ArrayBundle[string]][] = []
  const predictions = new PredictionList()

  async function evaluateNetwork(method: Method, { training, tasks }: TrainedNetwork): Promise<void> {
    const found = scores.get(method) ?? new Map<string, Score | null>()
    scores.set(method, found)
    for (const { name } of tasks) found.set(name, null)
    const evalSets = tasks.flatMap(({ name, round }) => {
      const encoded = data.tasks.find((task) => task.name === name)!
      const mask = round === null ? null : results.mask(name, round)
      return EVALUATED_SPLITS.flatMap((part) => {
        const own = partOf(part, encoded, data.spellings, test)
        if (own === null) return []
        const { score, scheme } = encoded
        const { split, tagNames, spellings } = own
        return [{ part, task: { name, score, scheme, tagNames }, split, spellings, mask }]
      })
    })
    const names = tasks.map(({ name }) => name)
    const shape = methodShape(config, data, method, names)
    const weights = results.weightsOf(training)
    for (const evaluated of await trainings.evaluate({ shape, weights, evalSets })) {
      const { task, part, score, counts: own, prediction } = evaluated
      predictions.add(task, part, { method, ...prediction })
      if (part !== 'test') continue
      found.set(task, score)
      counts.push([testCountsName(method, task), { shape: [own.length / 3, 3], data: own }])
    }
  }

  await trainings.all(
    evaluatedNetworks(context, tickets).map(({ method, network }) => evaluateNetwork(method, network)),
  )
  store.transaction(() => {
    store.saveArtifact(run.id, null, RUN_ARTIFACTS.testCounts, Object.fromEntries(counts))
    savePredictions(context, test, predictions)
  })
  return scores
}

/** The split of a task on dev or test; null where the task has no test split. */
function partOf(
  part: EvaluatedSplitName,
  { name, dev, tagNames }: EncodedTask,
  spellings: SpellingTable,
  test: TestSplits,
): Part | null {
  if (part === 'dev') return { split: dev, tagNames, spellings }
  const own = new Map(Object.entries(test.tasks)).get(name) ?? null
  return own === null ? null : { ...own, spellings: test.spellings }
}

/** Predictions by task and split. */
class PredictionList {
  private readonly all = new Map<string, MethodPrediction[]>()

  add(task: string, part: EvaluatedSplitName, prediction: MethodPrediction): void {
    this.all.set(`${part}/${task}`, [...this.of(task, part), prediction])
  }

  of(task: string, part: EvaluatedSplitName): MethodPrediction[] {
    return this.all.get(`${part}/${task}`) ?? []
  }
}

function savePredictions(
  { run, data, loaded, store }: Needs<'run' | 'data' | 'loaded' | 'store'>,
  test: TestSplits,
  predictions: PredictionList,
): void {
  for (const encoded of data.tasks) {
    const traits = traitsAfter(encoded.train, data.spellings, loaded.vocabulary)
    for (const part of EVALUATED_SPLITS) {
      const own = partOf(part, encoded, data.spellings, test)
      const found = predictions.of(encoded.name, part)
      if (own === null || found.length === 0) continue
      const { split, tagNames, spellings } = own
      const { name, kind, score, scheme } = encoded
      const { sentenceStart, tags } = split
      const evaluated = {
        ...{ task: name, split: part, kind, score, scheme, tagNames, sentenceStart },
        ...{ gold: tags, traits: traits(split, spellings) },
      }
      store.saveEvaluation(run.id, { evaluated, predictions: found })
    }
  }
}

/** The test splits for trainings that score them for the analysis choiceOnTest; null unless it was asked for. */
export async function sealedSplits({
  config,
  loaded,
  data,
  run,
}: Needs<'config' | 'loaded' | 'data' | 'run'>): Promise<SealedSplits | null> {
  if (!config.analyses.choiceOnTest) return null
  const { spellings, tasks } = await loadTestSplits(config, '', loaded.vocabulary, data, run.datasets)
  const found = Object.entries(tasks).flatMap(([task, split]) => (split === null ? [] : [[task, split] as const]))
  return { spellings, tasks: new Map(found) }
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
