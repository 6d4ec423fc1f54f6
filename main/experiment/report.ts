/** The report of a finished run: the paper's table, its parameter counts and its overlap analysis. */
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { keptCount, overlapByLayer, overlapRatio, unionAll, type Mask } from '../../shared/network/mask.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import type { MethodResult, OverlapReport, Report } from '../../shared/runs/report.ts'
import type { TrainingResult } from '../../shared/runs/training.ts'
import { encoderBiasCount, prunableCount, type NetworkShape } from '../nn/parameters.ts'
import { jointShape } from '../nn/initialWeights.ts'
import type { ExperimentContext } from './context.ts'
import type { TestScores } from './evaluateTest.ts'
import { extensionReport } from './extendedRun.ts'
import type { Ticket } from './tickets.ts'

export function buildReport(lab: ExperimentContext, tickets: Ticket[], test: TestScores): Report {
  const { config, data, run } = lab
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
  // A single network is a ticket that was never pruned.
  const pruned = test.subnet !== undefined || config.tickets.run !== null
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
    methods: METHODS.filter((method) => test[method]).map((method) =>
      methodResult(lab, method, params[method], tickets, test[method]!),
    ),
    tickets: (pruned ? tickets : []).map(({ task, candidates, chosen }) => ({ task, candidates, chosen })),
    overlap: pruned && masks.length > 1 ? overlapReport(masks) : null,
    prunable: prunableCount(shapes.hard),
    ...(config.extend.run === null ? {} : { extension: extensionReport(lab, masks) }),
  }
}

/**
 * Encoder parameters as the paper counts them: convolution and BiLSTM weights and biases, without embeddings, projection and heads.
 * `alone` is of the networks that serve one task each: how many there are, and their masks.
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
  { store, runId, data }: ExperimentContext,
  method: Method,
  params: number,
  tickets: Ticket[],
  test: NonNullable<TestScores[Method]>,
): MethodResult {
  const resultOf = (task: string): TrainingResult => {
    const ticket = tickets.find((candidate) => candidate.task === task)
    const round = method === 'single' ? 0 : (ticket?.chosen ?? 0)
    const id =
      method === 'single' || method === 'subnet'
        ? ({ phase: 'imp', task, round } as const)
        : ({ phase: method, task: null, round: null } as const)
    return store.training(runId, id)!.result!
  }
  const scores = data.tasks
    .filter(({ name }) => name in test)
    .map(({ name }) => {
      const { dev, bestEpoch } = resultOf(name)
      return [name, { dev: dev[name], test: test[name] ?? null, bestEpoch }] as const
    })
  return { method, params, scores: Object.fromEntries(scores) }
}

/** OR of every pair and over all tasks: of the whole network, and layer by layer. */
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
