/**
 * Several trainings on parts of what a project has labelled, and what they show together: cross-validation, and the
 * learning curve. No Node, no DOM.
 */
import { pairedBootstrap } from '../runs/bootstrap.ts'
import type { ExperimentConfig } from '../settings/config.ts'

/** folds: cross-validation; curve: trainings on growing shares of the labelled sentences. */
export const SERIES_KINDS = ['folds', 'curve'] as const
export type SeriesKind = (typeof SERIES_KINDS)[number]

export const FOLDS = 5
export const CURVE_SHARES = [0.25, 0.5, 0.75, 1] as const

export const SERIES_STATUSES = ['running', 'stopped', 'interrupted', 'failed', 'finished'] as const
export type SeriesStatus = (typeof SERIES_STATUSES)[number]

/** What one training predicted on its held-out sentences, for one task. */
export interface TaskResult {
  task: string
  kind: 'span' | 'token'
  /** By held-out sentence: gold, predicted and correct spans; for token tasks all tokens, again all, correct ones. */
  counts: [gold: number, predicted: number, correct: number][]
}

export interface PartResult {
  tasks: TaskResult[]
  /** Epochs until the best one, of the chosen round of each task; and of joint training, null where there is none. */
  epochs: number[]
  jointEpochs: number | null
  /** The round of each task's subnet. */
  rounds: number[]
}

/** One training. */
export interface SeriesPart {
  /** The fold that is held out, from 0; null: the dev part of an ordinary training. */
  fold: number | null
  /** The share of the other sentences that it learns from, 0-1. */
  share: number
  /** Numbers of sentences. */
  train: number
  heldOut: number
  /** The run that trains it; null before it starts and after its result is kept. */
  run: string | null
  result: PartResult | null
}

export interface Series {
  kind: SeriesKind
  status: SeriesStatus
  /** Why it failed, or null. */
  problem: string | null
  startedAt: string
  /** Labelled sentences when it started. */
  sentences: number
  /** Whether whole documents are held out. */
  byDocument: boolean
  /** Of the random division into folds and parts. */
  seed: number
  parts: SeriesPart[]
}

/** Mean of 2 × correct / (gold + predicted) in percent: F1 of spans, accuracy of tokens. */
export function scoreOf(counts: TaskResult['counts']): number {
  let [both, correct] = [0, 0]
  for (const [gold, predicted, right] of counts) {
    both += gold + predicted
    correct += right
  }
  return both === 0 ? 0 : (200 * correct) / both
}

/** The score of one task over the pooled predictions of parts; its mean and deviation over them beside it. */
export interface PooledScore {
  task: string
  kind: 'span' | 'token'
  /** Percent, over all held-out sentences together. */
  value: number
  /** Over the parts, in points; the deviation is that of a sample, null for fewer than two parts. */
  mean: number
  deviation: number | null
  /** Held-out sentences. */
  sentences: number
}

/** The scores of parts that are done, by task; none where no part is done. */
export function pooledScores(parts: readonly Pick<SeriesPart, 'result'>[]): PooledScore[] {
  const results = parts.flatMap(({ result }) => result ?? [])
  return (results[0]?.tasks ?? []).map(({ task, kind }) => {
    const each = results.map(({ tasks }) => tasks.find((one) => one.task === task)!.counts)
    const values = each.map(scoreOf)
    const pooled = each.flat()
    return {
      task,
      kind,
      value: scoreOf(pooled),
      ...spread(values),
      sentences: pooled.length,
    }
  })
}

function spread(values: readonly number[]): {
  mean: number
  deviation: number | null
} {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    mean,
    deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
  }
}

/** One point of the learning curve. */
export interface CurvePoint {
  share: number
  /** Sentences that it learned from; with folds the mean over them. */
  sentences: number
  scores: PooledScore[]
}

/** The points whose trainings are all done, smallest share first. */
export function curvePoints({ parts }: Pick<Series, 'parts'>): CurvePoint[] {
  return [...Map.groupBy(parts, ({ share }) => share)]
    .filter(([, group]) => group.every(({ result }) => result !== null))
    .map(([share, group]) => ({
      share,
      sentences: Math.round(group.reduce((sum, { train }) => sum + train, 0) / group.length),
      scores: pooledScores(group),
    }))
    .toSorted((a, b) => a.share - b.share)
}

/** What the last quarter of the labels brought, for one task. */
export interface Gain {
  task: string
  /** In points, with the middle 95 % of a paired bootstrap over the held-out sentences. */
  points: number
  low: number
  high: number
  text: string
}

const BOOTSTRAP_SAMPLES = 2000

/** Empty before the trainings on the last two shares are done. */
export function lastGains(series: Pick<Series, 'parts'>): Gain[] {
  const points = curvePoints(series)
  const [before, last] = points.slice(-2)
  if (points.length < 2 || last.share !== 1) return []
  const folds = series.parts.filter(({ share }) => share === 1).length
  return last.scores.map(({ task, kind, deviation }) => {
    const flat = (share: number) => {
      const parts = series.parts.filter((part) => part.share === share)
      return Int32Array.from(
        parts.flatMap(({ result }) => result!.tasks.find((one) => one.task === task)!.counts.flat()),
      )
    }
    const gain = pairedBootstrap([flat(last.share)], [flat(before.share)], BOOTSTRAP_SAMPLES)
    const added = last.sentences - before.sentences
    const what = {
      added,
      measure: kind === 'span' ? 'F1' : 'accuracy',
      deviation: folds > 1 ? deviation : null,
    }
    return {
      task,
      points: gain.points,
      low: gain.low,
      high: gain.high,
      text: gainText(gain, what),
    }
  })
}

function gainText(
  { points, low, high }: { points: number; low: number; high: number },
  { added, measure, deviation }: { added: number; measure: string; deviation: number | null },
): string {
  const size = Math.abs(points).toFixed(1)
  const sentences = `The last ${added} sentences`
  const change = points < 0 ? `cost ${size} points of ${measure}` : `brought ${size} points of ${measure}`
  if (low > 0) return `${sentences} ${change}: more labels are likely to help.`
  if (high < 0)
    return `${sentences} ${change}: more of the same may not help; check the newest labels, or use other settings.`
  if (deviation !== null && Math.abs(points) < deviation)
    return (
      `${sentences} ${change}, which is less than the difference between folds (${deviation.toFixed(1)} points): ` +
      'whether more labels help cannot be told from this.'
    )
  return (
    `${sentences} ${change}, which may be chance: on other sentences it would be ${low.toFixed(1)} to ` +
    `${high.toFixed(1)}. Whether more labels help cannot be told from this.`
  )
}

/** The middle value; of an even number the lower of the two in the middle, so that it is one of them. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}

/** A series as it is stored: with what only the program needs. */
export interface StoredSeries extends Series {
  /** Names the folder of its files. */
  id: string
  /** Of every training, but for its name and its files. */
  config: ExperimentConfig
  /** The process that trains it (main/store/owner.ts); of earlier versions its id alone; null: none. */
  owner: { host: string; pid: number; started: string | null } | number | null
}
