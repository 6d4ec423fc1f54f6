/** How long all trainings take, from the cost of each, with the threads of pool.ts. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { JOINT_METHODS, type JointMethod } from '../../shared/settings/methods.ts'
import { isRound } from '../../shared/runs/training.ts'
import { jointlyTrained, plannedTrainings, type PlannedTraining } from '../../shared/settings/plan.ts'
import type { EncodedData } from '../data/types.ts'
import type { Calibration, Cost } from './calibrate.ts'

/** A planned training with its forecast. */
export interface Forecast extends PlannedTraining {
  steps: number
  tokens: number
  seconds: number
}

export interface StageForecast {
  phase: PlannedTraining['phase']
  trainings: number
  steps: number
  /** Tokens trained on, over all trainings of the stage. */
  tokens: number
  seconds: number
}

/** The forecast of each phase, in the order of the run. Ignores patience. */
export function forecast(
  config: ExperimentConfig,
  data: EncodedData,
  calibration: Calibration,
  cores: number,
): StageForecast[] {
  const trainings = forecastTrainings(config, data, calibration)
  const of = (phase: string) => trainings.filter((training) => training.phase === phase)
  const rounds = trainings.filter(({ phase }) => isRound(phase))
  const chains = data.tasks.map(({ name }) => rounds.filter(({ task }) => task === name).map(({ seconds }) => seconds))
  const joint = JOINT_METHODS.flatMap(of)
  const jointSeconds = makespan(
    joint.map(({ seconds }) => [seconds]),
    cores,
    1,
  )
  // Joint trainings run side by side: each takes its share of the time.
  const share = joint.length === 0 ? 0 : jointSeconds / joint.reduce((total, { seconds }) => total + seconds, 0)
  return [
    stage(
      'warmup',
      of('warmup'),
      of('warmup').reduce((total, { seconds }) => total + seconds, 0),
    ),
    stage('imp', rounds, makespan(chains, cores, calibration.alone)),
    ...joint.map((training) => stage(training.phase, [training], training.seconds * share)),
  ].filter(({ trainings }) => trainings > 0)
}

function stage(phase: StageForecast['phase'], trainings: Forecast[], seconds: number): StageForecast {
  const sum = (value: (training: Forecast) => number) =>
    trainings.reduce((total, training) => total + value(training), 0)
  return {
    phase,
    trainings: trainings.length,
    steps: sum(({ steps }) => steps),
    tokens: sum(({ tokens }) => tokens),
    seconds,
  }
}

/** The forecast of each training, beside the others of its stage. Ignores patience. */
export function forecastTrainings(
  config: ExperimentConfig,
  data: EncodedData,
  { imp, joint, warmup }: Calibration,
): Forecast[] {
  const { batchSize } = config.optimizer
  const sizes = data.tasks.map(({ name, train }) => {
    const sentences = train.sentenceStart.length - 1
    const batches = Math.ceil(sentences / batchSize)
    return { name, sentences, batches, tokensPerStep: train.tags.length / batches }
  })
  const jointly = sizes.filter(({ name }) => jointlyTrained(config).includes(name))
  const jointEpoch = jointly.reduce((total, { batches }) => total + batches, 0)
  const plan = plannedTrainings(config, {
    taskEpoch: new Map(sizes.map(({ name, batches }) => [name, batches])),
    jointEpoch,
  })
  const chances = chancesOf(
    jointly.map(({ sentences }) => sentences),
    config.joint.sampling,
  )
  const jointTokensAStep = jointly.reduce((total, { tokensPerStep }, t) => total + chances[t] * tokensPerStep, 0)
  return plan.map((training) => {
    const task = sizes.find(({ name }) => name === training.task)
    const steps = training.steps!
    const tokens = steps * (task?.tokensPerStep ?? jointTokensAStep)
    const epochs = Math.ceil(steps / (task?.batches ?? jointEpoch))
    const cost: Cost = task
      ? imp.get(task.name)!
      : training.phase === 'warmup'
        ? warmup!
        : joint.get(training.phase as JointMethod)!
    return { ...training, steps, tokens, seconds: tokens * cost.token + epochs * cost.epoch + cost.training }
  })
}

/**
 * The probability of each task at a joint step, as in drawTasks (training/schedule.ts); annealed by its mean exponent.
 */
function chancesOf(sentences: number[], sampling: ExperimentConfig['joint']['sampling']): number[] {
  const weights = sentences.map((count) => count ** { proportional: 1, annealed: 0.6, roundRobin: 0 }[sampling])
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/**
 * Seconds until the last of these chains of jobs ends: first come, first served, one job per core. The seconds of a job
 * are measured beside the other chains. With all cores to itself a job is `alone` times as fast, in between
 * interpolated.
 */
export function makespan(chains: number[][], cores: number, alone: number): number {
  const shared = Math.max(1, Math.floor(cores / Math.max(1, chains.length)))
  const queue = chains.map((jobs) => ({ jobs, next: 0 })).filter(({ jobs }) => jobs.length > 0)
  const running: { chain: (typeof queue)[number]; end: number }[] = []
  let now = 0
  const dispatch = () => {
    const threads = Math.max(1, Math.floor(cores / Math.max(1, running.length + queue.length)))
    const speed = cores === shared ? 1 : 1 + ((alone - 1) * (threads - shared)) / (cores - shared)
    while (queue.length > 0 && running.length < cores) {
      const chain = queue.shift()!
      running.push({ chain, end: now + chain.jobs[chain.next++] / speed })
    }
  }
  dispatch()
  while (running.length > 0) {
    running.sort((a, b) => a.end - b.end)
    const { chain, end } = running.shift()!
    now = end
    // Waiting jobs come first, then the next job of this chain.
    dispatch()
    if (chain.next < chain.jobs.length) queue.push(chain)
    dispatch()
  }
  return now
}
