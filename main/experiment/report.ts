/** The report of a finished run: the paper's table of results, its parameter counts and its overlap analysis. */
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { keptCount, overlapByLayer, overlapRatio, unionAll, type Mask } from '../../shared/network/mask.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import { chosenRounds, trainingOf } from '../../shared/runs/methodNetworks.ts'
import type { MethodResult, OverlapReport, Report } from '../../shared/runs/report.ts'
import type { Score } from '../../shared/runs/training.ts'
import { encoderBiasCount, prunableCount, type NetworkShape } from '../nn/parameters.ts'
import { jointShape } from '../nn/initialWeights.ts'
import { choiceOnTest } from './choiceOnTest.ts'
import type { Needs } from './context.ts'
import type { TestScores } from './evaluateTest.ts'
import { extensionReport } from './extendedRun.ts'
import type { Ticket } from './tickets.ts'

/** `tickets` in the order of the tasks. Throws an Error where a training has no stored result. */
export function buildReport(
  context: Needs<'config' | 'data' | 'run' | 'results' | 'store'>,
  tickets: Ticket[],
  test: TestScores,
): Report {
  const choices = choiceOnTest(context)
  const { config, data, run } = context
  const shapes = {
    hard: jointShape(config, data, 'hard'),
    soft: jointShape(config, data, 'soft'),
    hierarchical: jointShape(config, data, 'hierarchical'),
  }
  const masks = tickets.map(({ task, mask }) => ({ task, mask }))
  const own = masks.filter(({ task }) => searchedTasks(config).includes(task)).map(({ mask }) => mask)
  const params = encoderParams(
    shapes,
    masks.map(({ mask }) => mask),
    { networks: own.length, masks: own },
  )
  const testSentences = (corpus: string) =>
    run.datasets.find((dataset) => dataset.corpus === corpus && dataset.split === 'test')?.sentences ?? null
  const onlyCorpus = Object.keys(config.corpora)[0]
  // Where a run only trains single networks, its tickets were never pruned.
  const pruned = test.has('subnet') || config.tickets.run !== null
  return {
    tasks: data.tasks.map(({ name, kind, score, tagCount, train, dev }) => ({
      name,
      kind,
      score,
      tags: tagCount,
      train: train.sentenceStart.length - 1,
      dev: dev.sentenceStart.length - 1,
      test: testSentences(config.tasks[name].corpus ?? onlyCorpus),
    })),
    methods: METHODS.flatMap((method) => {
      const scores = test.get(method)
      return scores === undefined ? [] : [methodResult(context, method, params[method], tickets, scores)]
    }),
    tickets: (pruned ? tickets : []).map(({ task, candidates, chosen }) => ({ task, candidates, chosen })),
    overlap: pruned && masks.length > 1 ? overlapReport(masks) : null,
    prunable: prunableCount(shapes.hard),
    ...(config.extend.run === null ? {} : { extension: extensionReport(context, masks) }),
    ...(choices === null ? {} : { choiceOnTest: choices }),
  }
}

/**
 * Encoder parameters as the paper counts them: convolution and BiLSTM weights and biases, without embeddings,
 * projection and heads. `alone` describes the networks that serve one task each: how many there are, and their masks.
 */
export function encoderParams(
  shapes: Record<'hard' | 'soft' | 'hierarchical', NetworkShape>,
  masks: Mask[],
  alone = { networks: shapes.hard.heads.length, masks },
): Record<Method, number> {
  const whole = (shape: NetworkShape) => prunableCount(shape) + encoderBiasCount(shape)
  const biases = encoderBiasCount(shapes.hard)
  return {
    single: alone.networks * whole(shapes.hard),
    subnet: alone.masks.reduce((total, mask) => total + keptCount(mask) + biases, 0),
    hard: whole(shapes.hard),
    soft: whole(shapes.soft),
    hierarchical: whole(shapes.hierarchical),
    sparse: masks.length ? keptCount(unionAll(masks)) + biases : 0,
  }
}

function methodResult(
  { data, results }: Needs<'data' | 'results'>,
  method: Method,
  params: number,
  tickets: Ticket[],
  test: ReadonlyMap<string, Score | null>,
): MethodResult {
  const chosen = chosenRounds(tickets)
  const scores = data.tasks
    .filter(({ name }) => test.has(name))
    .map(({ name }) => {
      const { dev, bestEpoch } = results.resultOf(trainingOf(method, name, chosen)!)
      return [name, { dev: dev[name], test: test.get(name) ?? null, bestEpoch }] as const
    })
  return { method, params, scores: Object.fromEntries(scores) }
}

/** The overlap ratio OR of every pair and of all tasks, for the whole network and for each layer. */
export function overlapReport(masks: { task: string; mask: Mask }[]): NonNullable<Report['overlap']> {
  const pairs = masks.flatMap((a, i) => masks.slice(i + 1).map((b) => ({ a, b })))
  const all = masks.map(({ mask }) => mask)
  const pairLayers = pairs.map(({ a, b }) => overlapByLayer([a.mask, b.mask]))
  const named = (ratio: (pair: number) => number): OverlapReport['pairs'] =>
    pairs.map(({ a, b }, i) => ({ a: a.task, b: b.task, ratio: ratio(i) }))
  return {
    all: overlapRatio(all),
    pairs: named((i) => overlapRatio([pairs[i].a.mask, pairs[i].b.mask])),
    layers: overlapByLayer(all).map(({ layer, ratio }, l) => ({
      layer,
      all: ratio,
      pairs: named((i) => pairLayers[i][l].ratio),
    })),
  }
}
