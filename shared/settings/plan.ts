/** The trainings that a config plans, from which progress and the remaining time follow. */
import type { ExperimentConfig } from './config.ts'
import { JOINT_METHODS, type Method } from './methods.ts'
import { trainingKey } from '../runs/training.ts'
import type { Phase } from '../runs/training.ts'

export interface PlannedTraining {
  key: string
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
    steps: epochSteps === null ? null : epochs * epochSteps + more,
  })
  const { warmup, imp } = config
  const rounds = roundsOf(config)
  const plan: PlannedTraining[] = warmsUp(config) ? [joint('warmup', warmup.epochs, warmup.steps)] : []
  for (const task of searchedTasks(config)) {
    const steps = taskEpoch.has(task) ? imp.epochs * taskEpoch.get(task)! : null
    for (let round = 0; round < rounds; round++)
      plan.push({ key: trainingKey({ phase: 'imp', task, round }), phase: 'imp', steps })
  }
  for (const method of JOINT_METHODS) if (config.methods.includes(method)) plan.push(joint(method, config.joint.epochs))
  return plan
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
