/** Texts for trainings, scores and times, wherever progress is reported. */
import { isRound, type EpochMetric, type Score, type TrainingId } from './training.ts'
import { compact, duration, grouped, percent, score } from '../util/format.ts'
import type { ExtensionReport } from './report.ts'
import type { TimeLeft } from './progress.ts'

/** "ner round 3", "ner search 3", "sparse", "warmup". */
export function label({ phase, task, round }: TrainingId): string {
  return isRound(phase) ? `${task} ${phase === 'search' ? 'search' : 'round'} ${round}` : phase
}

/**
 * "density 50.12 %" of one task, "density pos 50.12 %, ner 56.23 %" of several; "dense" where all masks are of ones.
 */
export function densities(density: Record<string, number>): string {
  const entries = Object.entries(density)
  if (entries.every(([, value]) => value === 1)) return 'dense'
  return entries.length === 1
    ? `density ${percent(entries[0][1])}`
    : `density ${entries.map(([task, value]) => `${task} ${percent(value)}`).join(', ')}`
}

/** "dev 89.39", or with several tasks "dev pos 95.11 ner 89.39". */
export function devScores(dev: Record<string, Score>): string {
  const entries = Object.entries(dev)
  return `dev ${entries.length === 1 ? score(entries[0][1].value) : entries.map(([task, { value }]) => `${task} ${score(value)}`).join(' ')}`
}

export function meanDev(dev: Record<string, Score>): number | null {
  const values = Object.values(dev).map(({ value }) => value)
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length
}

/** "loss 0.2131": the mean over the tasks that were drawn. */
export function epochLoss({ loss }: EpochMetric): string {
  const values = Object.values(loss).filter((value) => value !== null)
  return values.length === 0 ? 'loss –' : `loss ${(values.reduce((a, b) => a + b, 0) / values.length).toFixed(4)}`
}

export function speed(tokensPerSecond: number | null): string {
  return tokensPerSecond === null ? '' : `${compact(tokensPerSecond)} tok/s`
}

/** "about 2 min 5 s left", in whole seconds. */
export function timeLeft(left: TimeLeft | null): string {
  return left === null || left.seconds === 0
    ? ''
    : `${left.atMost ? 'at most' : 'about'} ${duration(Math.ceil(left.seconds))} left`
}

/** How tasks were added to an earlier run, and how that affects the scores. */
export function extensionSentences({ run, how, unknown, added }: ExtensionReport): string[] {
  const one = added.length === 1
  const tasks = added.map(({ task }) => task).join(', ')
  if (how === 'joint')
    return [`All tasks were trained together again; the earlier ones in the subnets that run ${run} found.`]
  return [
    `Only weights that no earlier task keeps were trained, and the ${one ? 'head' : 'heads'} of ${tasks}: ` +
      `every prediction of the earlier tasks is bit for bit that of run ${run}.`,
    ...(unknown === null || unknown.tokens === 0
      ? []
      : [
          `Run ${run} does not know ${grouped(unknown.spellings)} spellings in the training data of ${tasks} ` +
            `(${grouped(unknown.tokens)} of ${grouped(unknown.of)} tokens): only their characters are read, ` +
            'because a word that became known would change the predictions of the earlier tasks.',
        ]),
  ]
}
