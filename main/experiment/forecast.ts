/** From what trainings cost to how long all of them take, on threads that are handed out as pool.ts does. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { JOINT_METHODS, type JointMethod } from '../../shared/settings/methods.ts'
import { jointlyTrained, plannedTrainings, type PlannedTraining } from '../../shared/settings/plan.ts'
import type { EncodedData } from '../data/types.ts'
import type { Calibration, Cost } from './calibrate.ts'

/** A training of the plan, with what it comes to. */
interface Forecast extends PlannedTraining {
  steps: number
  tokens: number
  seconds: number
}

export interface StageForecast {
  phase: PlannedTraining['phase']
  trainings: number
  steps: number
  /** Trained on, over all trainings. */
  tokens: number
  seconds: number
}

/** By phase, in the order of the run. Patience is left aside. */
export function forecast(
  config: ExperimentConfig,
  data: EncodedData,
  calibration: Calibration,
  cores: number,
): StageForecast[] {
  const trainings = forecastTrainings(config, data, calibration)
  const of = (phase: string) => trainings.filter((training) => training.phase === phase)
  const chains = data.tasks.map(({ name }) =>
    of('imp')
      .filter(({ key }) => key.split('/')[1] === name)
      .map(({ seconds }) => seconds),
  )
  const joint = JOINT_METHODS.flatMap(of)
  const jointSeconds = makespan(
    joint.map(({ seconds }) => [seconds]),
    cores,
    1,
  )
  // They run side by side: each has its share of the time that all take.
  const share = joint.length === 0 ? 0 : jointSeconds / joint.reduce((total, { seconds }) => total + seconds, 0)
  return [
    stage(
      'warmup',
      of('warmup'),
      of('warmup').reduce((total, { seconds }) => total + seconds, 0),
    ),
    stage('imp', of('imp'), makespan(chains, cores, calibration.alone)),
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

function forecastTrainings(
  config: ExperimentConfig,
  data: EncodedData,
  { imp, joint, warmup }: Calibration,
): Forecast[] {
  const { batchSize } = config.optimizer
  const sizes = data.tasks.map(({ name, train }) => {
    const sentences = train.sentenceStart.length - 1
    const batches = Math.ceil(sentences / batchSize)
    return { name, sentences, batches, tokensAStep: train.tags.length / batches }
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
  const jointTokensAStep = jointly.reduce((total, { tokensAStep }, t) => total + chances[t] * tokensAStep, 0)
  return plan.map((training) => {
    const task = sizes.find(({ name }) => training.phase === 'imp' && name === training.key.split('/')[1])
    const steps = training.steps!
    const tokens = steps * (task?.tokensAStep ?? jointTokensAStep)
    const epochs = Math.ceil(steps / (task?.batches ?? jointEpoch))
    const cost: Cost = task
      ? imp.get(task.name)!
      : training.phase === 'warmup'
        ? warmup!
        : joint.get(training.phase as JointMethod)!
    return { ...training, steps, tokens, seconds: tokens * cost.token + epochs * cost.epoch + cost.training }
  })
}

/** Chance of each task at a joint step: see drawTasks in training/schedule.ts; annealed by its mean exponent. */
function chancesOf(sentences: number[], sampling: ExperimentConfig['joint']['sampling']): number[] {
  const weights = sentences.map((count) => count ** { proportional: 1, annealed: 0.6, roundRobin: 0 }[sampling])
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

/**
 * Seconds until the last of these chains of jobs is done: first come, first served, a job a core. The jobs' seconds are those
 * side by side with the other chains; with all cores for itself a job is `alone` times as fast, and in between in between.
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
    // Those that wait come first; then the next of this chain, which only now is known.
    dispatch()
    if (chain.next < chain.jobs.length) queue.push(chain)
    dispatch()
  }
  return now
}
