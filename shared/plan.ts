/** How much training a config plans, so that the time left can be told while it runs. */
import type { ExperimentConfig } from './config.ts'
import { JOINT_METHODS, type Method } from './methods.ts'
import { trainingKey } from './training.ts'
import type { Phase } from './training.ts'

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
  const tasks = Object.keys(config.tasks)
  // In a joint epoch every task is expected to see its data once.
  const sum = tasks.every((task) => taskEpoch.has(task)) ? tasks.reduce((steps, task) => steps + taskEpoch.get(task)!, 0) : null
  const epochSteps = jointEpoch ?? sum
  const joint = (phase: Phase, epochs: number, more = 0): PlannedTraining => ({
    key: phase, phase, steps: epochSteps === null ? null : epochs * epochSteps + more,
  })
  const { warmup, imp } = config
  const rounds = roundsOf(config)
  const plan: PlannedTraining[] = warmup.steps + warmup.epochs > 0 ? [joint('warmup', warmup.epochs, warmup.steps)] : []
  for (const task of tasks) {
    const steps = taskEpoch.has(task) ? imp.epochs * taskEpoch.get(task)! : null
    for (let round = 0; round < rounds; round++) plan.push({ key: trainingKey({ phase: 'imp', task, round }), phase: 'imp', steps })
  }
  for (const method of JOINT_METHODS) if (config.methods.includes(method)) plan.push(joint(method, config.joint.epochs))
  return plan
}

/** A single network is round 0 of IMP; a subnet or a mask needs all rounds, unless an earlier run found them. */
function roundsOf({ methods, imp, tickets }: ExperimentConfig): number {
  if (tickets.run !== null) return 0
  const needs = (method: Method) => methods.includes(method)
  return needs('subnet') || needs('sparse') ? lastRound(imp) + 1 : needs('single') ? 1 : 0
}
