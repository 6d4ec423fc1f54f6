/** A run in a few numbers, for the list of runs and for comparing runs. */
import type { ExperimentConfig, Method } from '../settings/config.ts'
import { plannedTrainings, withoutBegunFinalists } from '../settings/plan.ts'
import { own } from '../util/nested.ts'
import { bestMethod, type Report } from './report.ts'
import { isRound, trainingKey, type EpochMetric, type TrainingId, type TrainingResult } from './training.ts'

export interface RunDigest {
  /** planned: by the settings; once the run has finished, those it took. */
  trainings: { done: number; begun: number; planned: number }
  /** The best method of the report; null while there is no report. */
  best: { method: Method; meanDev: number } | null
  /** Null before the first epoch. */
  scores: RunScores | null
}

/** Dev scores of the run's leading method so far. */
export interface RunScores {
  /**
   * Sparse sharing, else another joint method; before these and without them, the subnets chosen so far, or single
   * networks.
   */
  method: Method
  /** Each task at its best epoch. */
  best: EpochScores
  last: EpochScores
  /** At the epoch whose weights are kept. */
  chosen: EpochScores
}

export interface EpochScores {
  /** Mean over the tasks, in percent; null while a task has no score. */
  mean: number | null
  /** By task: the score in percent, and its epoch, counted from 0. */
  tasks: Record<string, { value: number; epoch: number }>
}

/** The data of a training that a digest needs. */
export interface DigestedTraining {
  id: TrainingId
  result: TrainingResult | null
}

/** The digest of a run. `epochsOf` is called only for the trainings that matter. */
export function digestOf<T extends DigestedTraining>(
  config: ExperimentConfig,
  report: Report | null,
  trainings: readonly T[],
  epochsOf: (training: T) => EpochMetric[],
): RunDigest {
  const done = trainings.filter(({ result }) => result !== null).length
  const keys = new Set(trainings.map(({ id }) => trainingKey(id)))
  if (report === null)
    for (const { key } of withoutBegunFinalists(
      plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null }),
      keys,
    ))
      keys.add(key)
  return {
    trainings: { done, begun: trainings.length, planned: keys.size },
    best: bestMethod(report),
    scores: scoresOf(config, report, trainings, epochsOf),
  }
}

/** A training and the tasks that it scores. */
interface Part {
  tasks: string[]
  epochs: EpochMetric[]
  /** Epoch of the weights that are kept. */
  chosen: number | null
}

function scoresOf<T extends DigestedTraining>(
  config: ExperimentConfig,
  report: Report | null,
  trainings: readonly T[],
  epochsOf: (training: T) => EpochMetric[],
): RunScores | null {
  const tasks = Object.keys(config.tasks)
  const part = (training: T, scored: string[]): Part => {
    const epochs = epochsOf(training)
    return {
      tasks: scored,
      epochs,
      chosen: training.result?.bestEpoch ?? epochs.findLast(({ best }) => best)?.epoch ?? null,
    }
  }
  for (const training of jointFirst(trainings)) {
    const joint = part(training, tasks)
    if (joint.epochs.length > 0) return read(training.id.phase as Method, tasks, [joint])
  }
  const prunes = config.methods.includes('subnet') || config.methods.includes('sparse')
  const tickets = tasks.flatMap((task) => {
    const rounds = trainings.filter(({ id }) => id.phase === 'imp' && id.task === task)
    const known = report?.tickets.find((ticket) => ticket.task === task)?.chosen
    const round = prunes
      ? (rounds.find(({ id }) => id.round === known) ?? bestRound(rounds, task))
      : rounds.find(({ id }) => id.round === 0)
    return round === undefined ? [] : [part(round, [task])]
  })
  return tickets.some(({ epochs }) => epochs.length > 0) ? read(prunes ? 'subnet' : 'single', tasks, tickets) : null
}

/** Joint trainings, sparse sharing first, then hard sharing. */
function jointFirst<T extends DigestedTraining>(trainings: readonly T[]): T[] {
  const rank = ({ id }: T) => (id.phase === 'sparse' ? 0 : id.phase === 'hard' ? 1 : 2)
  return trainings.filter(({ id }) => !isRound(id.phase) && id.phase !== 'warmup').toSorted((a, b) => rank(a) - rank(b))
}

/**
 * The round that would be chosen now: the best on dev, on a tie the later one; before the first has finished, the
 * first.
 */
function bestRound<T extends DigestedTraining>(rounds: readonly T[], task: string): T | undefined {
  const finished = rounds.filter(({ result }) => result !== null)
  const value = ({ result }: T) => own(result!.dev, task)?.value ?? -Infinity
  return finished.toSorted((a, b) => value(b) - value(a) || b.id.round! - a.id.round!)[0] ?? rounds[0]
}

function read(method: Method, tasks: readonly string[], parts: readonly Part[]): RunScores {
  const scores = (pick: (epochs: EpochMetric[], task: string, part: Part) => EpochMetric | undefined): EpochScores => {
    const found = parts.flatMap((part) =>
      part.tasks.flatMap((task) => {
        const epochs = part.epochs.filter(({ dev }) => Object.hasOwn(dev, task))
        const metric = pick(epochs, task, part)
        return metric === undefined ? [] : [[task, { value: metric.dev[task].value, epoch: metric.epoch }] as const]
      }),
    )
    const mean =
      found.length < tasks.length ? null : found.reduce((sum, [, { value }]) => sum + value, 0) / found.length
    return { mean, tasks: Object.fromEntries(found) }
  }
  return {
    method,
    best: scores((epochs, task) =>
      epochs.reduce<EpochMetric | undefined>(
        (best, one) => (best === undefined || one.dev[task].value > best.dev[task].value ? one : best),
        undefined,
      ),
    ),
    last: scores((epochs) => epochs.at(-1)),
    chosen: scores((epochs, _task, { chosen }) => epochs.find(({ epoch }) => epoch === chosen)),
  }
}
