/** The trainings that a config plans, from which progress and the remaining time follow. */
import type { ExperimentConfig } from './config.ts'
import { JOINT_METHODS, type Method } from './methods.ts'
import { trainingKey } from '../runs/training.ts'
import type { Phase } from '../runs/training.ts'

export interface PlannedTraining {
  /** The key of its training; of a finalist, whose round is not known yet, a key that no training has. */
  key: string
  task: string | null
  phase: Phase
  /** Null while unknown: the first training of each task reports the size of its data. */
  steps: number | null
}

/**
 * The last round of IMP, counted from 0, which is dense: ⌈ln S / ln(1 − α)⌉, or maxRounds if that is less. It follows
 * from the settings, not from the masks: each mask keeps a whole number of weights, and a rounding upwards must not add
 * a round.
 */
export function lastRound({
  pruningRate,
  minDensity,
  maxRounds,
}: Pick<ExperimentConfig['imp'], 'pruningRate' | 'minDensity' | 'maxRounds'>): number {
  // A density up to a billionth above S counts as S: an S of exactly (1 − α)^n, computed in floating point, takes n
  // rounds.
  const rounds = Math.ceil((Math.log(minDensity) + 1e-9) / Math.log1p(-pruningRate))
  return Math.min(Math.max(rounds, 0), maxRounds ?? Infinity)
}

/** Whether pruned rounds only search for masks, so that the best candidates are trained to the end afterwards. */
export function searchesMasks({ stop }: Pick<ExperimentConfig['imp'], 'stop'>): boolean {
  return stop === 'settled'
}

/** The sizes of the data, as far as trainings that have started have reported them. */
export interface KnownSizes {
  /** By task: steps of an epoch of its data. */
  taskEpoch: ReadonlyMap<string, number>
  /** Steps of a joint epoch; null while no joint training has started. */
  jointEpoch: number | null
}

/** Every training that the config plans, in order. */
export function plannedTrainings(config: ExperimentConfig, { taskEpoch, jointEpoch }: KnownSizes): PlannedTraining[] {
  const trained = jointlyTrained(config)
  // In a joint epoch every task sees its data once, in expectation.
  const sum = trained.every((task) => taskEpoch.has(task))
    ? trained.reduce((steps, task) => steps + taskEpoch.get(task)!, 0)
    : null
  const epochSteps = jointEpoch ?? sum
  const joint = (phase: Phase, epochs: number, more = 0): PlannedTraining => ({
    key: phase,
    phase,
    task: null,
    steps: epochSteps === null ? null : epochs * epochSteps + more,
  })
  const { warmup, imp } = config
  const rounds = roundsOf(config)
  const plan: PlannedTraining[] = warmsUp(config) ? [joint('warmup', warmup.epochs, warmup.steps)] : []
  for (const task of searchedTasks(config)) {
    const steps = (epochs: number) => (taskEpoch.has(task) ? epochs * taskEpoch.get(task)! : null)
    const add = (phase: 'imp' | 'search', key: string, epochs: number) =>
      plan.push({ key, phase, task, steps: steps(epochs) })
    for (let round = 0; round < rounds; round++) {
      const phase = phaseOfRound(imp, round)
      add(phase, trainingKey({ phase, task, round }), epochsOfRound(imp, phase))
    }
    const finalists = searchesMasks(imp) ? Math.min(imp.finalists, rounds - 1) : 0
    for (let n = 0; n < finalists; n++) add('imp', finalistKey(task, n), imp.epochs)
  }
  for (const method of JOINT_METHODS) if (config.methods.includes(method)) plan.push(joint(method, config.joint.epochs))
  return plan
}

/** Round 0 is the single-task baseline, which is always trained to the end. */
export function phaseOfRound(imp: Pick<ExperimentConfig['imp'], 'stop'>, round: number): 'imp' | 'search' {
  return round > 0 && searchesMasks(imp) ? 'search' : 'imp'
}

/** The most epochs of a round. */
export function epochsOfRound(
  { epochs, searchEpochs, settledEpochs, criterion }: ExperimentConfig['imp'],
  phase: 'imp' | 'search',
): number {
  if (phase === 'imp') return epochs
  // Other criteria do not look at the trained weights: only the dev scores are needed.
  return Math.min(epochs, criterion === 'magnitude' ? searchEpochs : settledEpochs)
}

const finalistKey = (task: string, n: number) => `finalist/${task}/${n}`

/** The plan without as many finalists of each task as have already begun. `begun`: keys of trainings. */
export function withoutBegunFinalists(plan: readonly PlannedTraining[], begun: ReadonlySet<string>): PlannedTraining[] {
  const known = new Set(plan.map(({ key }) => key))
  const count = (task: string) => [...begun].filter((key) => key.startsWith(`imp/${task}/`) && !known.has(key)).length
  return plan.filter(
    ({ key, task }) => !key.startsWith('finalist/') || Number(key.slice(key.lastIndexOf('/') + 1)) >= count(task!),
  )
}

/** Whether the run trains a warmup. A run that extends another starts from the same weights as that one. */
export function warmsUp({ warmup, extend }: ExperimentConfig): boolean {
  return warmup.steps + warmup.epochs > 0 && extend.run === null
}

/** Whether the run leaves the tasks of another run as they are and trains its new tasks in the remaining weights. */
export function extendsPrivately({ extend }: ExperimentConfig): boolean {
  return extend.run !== null && extend.how === 'private'
}

/** Whether the task belongs to the run that this one extends. */
export function isExtended({ extend }: Pick<ExperimentConfig, 'extend'>, task: string): boolean {
  return Object.hasOwn(extend.rounds, task)
}

/** Tasks that search for a subnet: those for which no earlier run did. */
export function searchedTasks(config: ExperimentConfig): string[] {
  return config.tickets.run === null ? Object.keys(config.tasks).filter((task) => !isExtended(config, task)) : []
}

/** Tasks that take steps in joint training: only the new ones where the old weights stay as they are. */
export function jointlyTrained(config: ExperimentConfig): string[] {
  return Object.keys(config.tasks).filter((task) => !extendsPrivately(config) || !isExtended(config, task))
}

/** The single-task baseline is round 0 of IMP; a subnet or a mask needs all rounds. */
function roundsOf({ methods, imp }: ExperimentConfig): number {
  const needs = (method: Method) => methods.includes(method)
  return needs('subnet') || needs('sparse') ? lastRound(imp) + 1 : needs('single') ? 1 : 0
}
