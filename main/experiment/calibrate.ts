/**
 * Measures what the trainings of a config cost on this machine, by a few steps of each: the real training, on the real
 * data, in real threads, beside as many others as in the run. Stores nothing.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { ones } from '../../shared/network/mask.ts'
import { JOINT_METHODS, type JointMethod } from '../../shared/settings/methods.ts'
import { phaseOfRound, plannedTrainings } from '../../shared/settings/plan.ts'
import { trainingKey, type EpochMetric, type TrainingId } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedSplit } from '../data/types.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { RunControl } from '../training/control.ts'
import type { TrainingSpec } from '../training/spec.ts'
import { coreCount } from './environment.ts'
import { WorkerPool } from './pool.ts'
import { jointSpec, roundSpec, warmupSpec } from './specs.ts'

/** In seconds. */
export interface Cost {
  /** Training on one token. */
  token: number
  /** The end of an epoch: tagging and scoring all dev data. */
  epoch: number
  /** Each training once: making its network, returning its weights. */
  training: number
}

export interface Calibration {
  /** By task: a round of IMP, beside those of other tasks. */
  imp: Map<string, Cost>
  /** By method: joint training, beside the other methods. */
  joint: Map<JointMethod, Cost>
  warmup: Cost | null
  /** How many times as fast a round of IMP is with all cores to itself. */
  alone: number
  /** Starting the threads. */
  start: number
}

/** Seconds that all measurements take together, and that each takes at least. */
const BUDGET = { total: 3, each: 0.3 }
/** Steps to warm up caches and compilers, and to estimate the duration of a step. */
const PROBE_STEPS = 4
/** Dev sentences that are tagged; the others are assumed to cost the same per token. */
const DEV_SENTENCES = 200

/**
 * Masks are of ones: the cost of the kernels does not depend on what a mask keeps. Throws what a training throws, and
 * the reason of `signal` where it aborts.
 */
export async function calibrate(
  config: ExperimentConfig,
  data: EncodedData,
  backend: BackendName,
  signal: AbortSignal,
): Promise<Calibration> {
  const cores = coreCount(config)
  const { imp, joint, warmup } = trainingsOf(config, data)
  const waves = [
    ...wavesOf(imp, cores),
    ...wavesOf(joint, cores),
    ...(imp.length > 1 && cores > 1 ? [[largest(imp, data)]] : []),
    ...(warmup ? [[warmup]] : []),
  ]
  const setup = {
    data: withShortDev(data),
    backend,
    modules: [],
    control: new RunControl().shared,
    checkpointSeconds: Infinity,
  }
  const pool = new WorkerPool(setup, cores)
  // Ends the threads, however deep they are in a computation.
  const abort = () => void pool.close()
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    const first = await sideBySide(pool, waves[0] ?? [], () => PROBE_STEPS)
    const seconds = Math.max(BUDGET.each, BUDGET.total / waves.length)
    const measured: Measurement[] = []
    for (const wave of waves) measured.push(...(await measureWave(pool, wave, seconds)))
    const costOf = (spec: TrainingSpec) =>
      costIn(
        measured.find((one) => one.spec === spec)!,
        data,
      )
    const lone = imp.length > 1 && cores > 1 ? measured.findLast(({ spec }) => imp.includes(spec))! : null
    return {
      imp: new Map(imp.map((spec) => [spec.tasks[0].name, costOf(spec)])),
      joint: new Map(joint.map((spec) => [spec.id.phase as JointMethod, costOf(spec)])),
      warmup: warmup && costOf(warmup),
      alone: lone === null ? 1 : Math.max(1, costOf(lone.spec).token / costIn(lone, data).token),
      start: Math.max(0, ...first.map(({ wall, train, evaluate }) => wall - train - evaluate)),
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    await pool.close()
  }
}

/** One training of every kind that the config plans. */
function trainingsOf(
  config: ExperimentConfig,
  data: EncodedData,
): { imp: TrainingSpec[]; joint: TrainingSpec[]; warmup: TrainingSpec | null } {
  const planned = new Set(plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null }).map(({ key }) => key))
  const plans = (id: TrainingId) => planned.has(trainingKey(id))
  const mask = ones(prunableLayers(networkShape(config.model, data)))
  const masks = new Map(data.tasks.map(({ name }) => [name, mask]))
  // Round 0 has no mask, but most rounds of a run that prunes are later ones.
  const imp = data.tasks.flatMap(({ name }) =>
    [1, 0]
      .map((round) => roundSpec(config, data, { phase: phaseOfRound(config.imp, round), task: name, round }, mask))
      .filter(({ id }) => plans(id))
      .slice(0, 1),
  )
  const joint = JOINT_METHODS.filter((method) => planned.has(method)).map((method) =>
    jointSpec(config, data, method, masks),
  )
  return { imp, joint, warmup: warmupSpec(config, data) }
}

/**
 * As many trainings at a time as there are cores. The last wave is filled up from the first, so that no core is idle.
 */
function wavesOf(specs: TrainingSpec[], cores: number): TrainingSpec[][] {
  const width = Math.min(cores, specs.length)
  return Array.from({ length: width === 0 ? 0 : Math.ceil(specs.length / width) }, (_, wave) =>
    Array.from({ length: width }, (_, i) => specs[(wave * width + i) % specs.length]),
  )
}

function largest(specs: TrainingSpec[], data: EncodedData): TrainingSpec {
  const tokens = (spec: TrainingSpec) => data.tasks.find(({ name }) => name === spec.tasks[0].name)!.train.tags.length
  return specs.reduce((most, spec) => (tokens(spec) > tokens(most) ? spec : most))
}

/** A few steps of a training; times in seconds. */
interface Measurement {
  spec: TrainingSpec
  steps: number
  tokens: number
  epochs: number
  train: number
  evaluate: number
  wall: number
}

/** All trainings of the wave take this many seconds, so that each is measured beside all the others. */
async function measureWave(pool: WorkerPool, wave: TrainingSpec[], seconds: number): Promise<Measurement[]> {
  const probes = await sideBySide(pool, wave, () => PROBE_STEPS)
  return sideBySide(pool, wave, (i) => Math.max(PROBE_STEPS, Math.round((seconds * probes[i].steps) / probes[i].train)))
}

function sideBySide(pool: WorkerPool, wave: TrainingSpec[], steps: (i: number) => number): Promise<Measurement[]> {
  return Promise.all(wave.map((spec, i) => measure(pool, spec, steps(i))))
}

async function measure(pool: WorkerPool, spec: TrainingSpec, maxSteps: number): Promise<Measurement> {
  const { settings } = spec
  let startedAt = 0
  let tokens = 0
  let steps = 0
  const epochs: EpochMetric[] = []
  const short = {
    ...spec,
    settings: { ...settings, maxSteps, epochs: Math.max(settings.epochs, maxSteps), patience: null, settle: null },
  }
  await pool.run(
    { type: 'train', spec: short, start: null, checkpoint: null },
    (progress) => {
      if (progress.type === 'epoch') epochs.push(progress.metric)
      if (progress.type !== 'steps') return
      steps += progress.steps.length
      for (const step of progress.steps) tokens += step.tokens
    },
    () => (startedAt = performance.now()),
  )
  const sum = (seconds: (metric: EpochMetric) => number) => epochs.reduce((total, metric) => total + seconds(metric), 0)
  return {
    spec,
    steps,
    tokens,
    epochs: epochs.length,
    wall: (performance.now() - startedAt) / 1000,
    train: sum(({ trainSeconds }) => trainSeconds),
    evaluate: sum(({ evalSeconds }) => evalSeconds),
  }
}

/** The cost with the whole dev data, of which a part was measured. */
function costIn({ spec, tokens, epochs, train, evaluate, wall }: Measurement, data: EncodedData): Cost {
  const devTokens = (split: (dev: EncodedSplit) => EncodedSplit) =>
    spec.tasks.reduce(
      (total, { name }) => total + split(data.tasks.find((task) => task.name === name)!.dev).tags.length,
      0,
    )
  const share = devTokens(shortened) / devTokens((dev) => dev)
  return { token: train / tokens, epoch: evaluate / epochs / share, training: Math.max(0, wall - train - evaluate) }
}

function withShortDev(data: EncodedData): EncodedData {
  return { ...data, tasks: data.tasks.map((task) => ({ ...task, dev: shortened(task.dev) })) }
}

function shortened({ sentenceStart, words, spellings, tags }: EncodedSplit): EncodedSplit {
  const sentences = Math.min(DEV_SENTENCES, sentenceStart.length - 1)
  const end = sentenceStart[sentences]
  return {
    sentenceStart: sentenceStart.subarray(0, sentences + 1),
    words: words.subarray(0, end),
    spellings: spellings.subarray(0, end),
    tags: tags.subarray(0, end),
  }
}
