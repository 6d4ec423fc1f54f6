/** How much training a config plans, so that the time left can be told while it runs. */
import type { ExperimentConfig } from './config.ts'
import { JOINT_METHODS, type Method } from './methods.ts'
import { trainingKey } from '../runs/training.ts'
import type { Phase } from '../runs/training.ts'

export interface PlannedTraining {
  key: string
  phase: Phase
  /** Null while not known: the sizes of the data come with the first training of each task. */
  steps: number | null
}

/** Round after which the density is at or below minDensity; rounds count from 0, which is dense. */
export function lastRound({ pruningRate, minDensity, maxRounds }: ExperimentConfig['imp']): number {
  // 0.1 reached by twenty factors of 0.1^(1/20) is 0.1 give or take rounding: do not count a 21st for that.
  const rounds = minDensity >= 1 ? 0 : Math.ceil(Math.log(minDensity) / Math.log(1 - pruningRate) - 1e-9)
  return maxRounds === null ? rounds : Math.min(rounds, maxRounds)
}

/** What is known of the sizes of the data, from trainings that have begun. */
export interface KnownSizes {
  /** Steps of an epoch of one task's data, by task. */
  taskEpoch: ReadonlyMap<string, number>
  /** Steps of a joint epoch, null while no joint training has begun. */
  jointEpoch: number | null
}

/** Every training that the config asks for, in order. */
export function plannedTrainings(config: ExperimentConfig, { taskEpoch, jointEpoch }: KnownSizes): PlannedTraining[] {
  const trained = jointlyTrained(config)
  // In a joint epoch every task is expected to see its data once.
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

/** Whether the run trains a warmup: one that extends another starts from where that one did. */
export function warmsUp({ warmup, extend }: ExperimentConfig): boolean {
  return warmup.steps + warmup.epochs > 0 && extend.run === null
}

/** Whether the run leaves the tasks of another as they are, and trains the new ones in what weights are left. */
export function extendsPrivately({ extend }: ExperimentConfig): boolean {
  return extend.run !== null && extend.how === 'private'
}

/** Tasks that search for a subnet of their own: those for which no earlier run did. */
export function searchedTasks({ tasks, tickets, extend }: ExperimentConfig): string[] {
  return tickets.run === null ? Object.keys(tasks).filter((task) => !(task in extend.rounds)) : []
}

/** Tasks that take steps in joint training: where old weights are left alone, the new ones. */
export function jointlyTrained(config: ExperimentConfig): string[] {
  return Object.keys(config.tasks).filter((task) => !extendsPrivately(config) || !(task in config.extend.rounds))
}

/** A single network is round 0 of IMP; a subnet or a mask needs all rounds. */
function roundsOf({ methods, imp }: ExperimentConfig): number {
  const needs = (method: Method) => methods.includes(method)
  return needs('subnet') || needs('sparse') ? lastRound(imp) + 1 : needs('single') ? 1 : 0
}
