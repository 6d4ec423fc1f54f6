/**
 * What trainings cost on this machine, measured by a few steps of them: the real training, on the real data, in the real
 * threads, beside as many others as there would be. Nothing of it is stored.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { ones } from '../../shared/network/mask.ts'
import { JOINT_METHODS, type JointMethod } from '../../shared/settings/methods.ts'
import { plannedTrainings } from '../../shared/settings/plan.ts'
import { trainingKey, type EpochMetric, type TrainingId } from '../../shared/runs/training.ts'
import type { EncodedData, EncodedSplit } from '../data/types.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { RunControl } from '../training/control.ts'
import type { TrainingSpec } from '../training/spec.ts'
import { coreCount } from './environment.ts'
import { WorkerPool } from './pool.ts'
import { impSpec, jointSpec, warmupSpec } from './specs.ts'

/** In seconds. */
export interface Cost {
  /** Of training on one token. */
  token: number
  /** Of the end of an epoch: all dev data tagged and scored. */
  epoch: number
  /** Of a training as such: its network made, its weights handed back. */
  training: number
}

export interface Calibration {
  /** A round of IMP by task, beside those of other tasks. */
  imp: Map<string, Cost>
  /** By method, beside the other methods. */
  joint: Map<JointMethod, Cost>
  warmup: Cost | null
  /** How many times as fast a round of IMP is once it has all cores to itself. */
  alone: number
  /** Of the threads' start. */
  start: number
}

/** All measurements together take about this long, in seconds, and none of them less than that. */
const BUDGET = { total: 3, each: 0.3 }
/** Steps that make caches and compilers warm, or tell how long a step is. */
const PROBE_STEPS = 4
/** Dev sentences tagged; the rest is taken to cost as much a token. */
const DEV_SENTENCES = 200

/**
 * Masks are of ones: kernels cost the same whatever a mask keeps, and which weights a subnet loses is not known yet.
 * Throws what a training throws.
 */
export async function calibrate(
  config: ExperimentConfig,
  data: EncodedData,
  backend: BackendName,
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
  try {
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
  } finally {
    await pool.close()
  }
}

/** One of every kind of training that the config plans. */
function trainingsOf(
  config: ExperimentConfig,
  data: EncodedData,
): { imp: TrainingSpec[]; joint: TrainingSpec[]; warmup: TrainingSpec | null } {
  const planned = new Set(plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null }).map(({ key }) => key))
  const plans = (id: TrainingId) => planned.has(trainingKey(id))
  const mask = ones(prunableLayers(networkShape(config.model, data)))
  const masks = new Map(data.tasks.map(({ name }) => [name, mask]))
  // Round 0 has no mask; a run that prunes is mostly later rounds.
  const imp = data.tasks.flatMap(({ name }) =>
    [1, 0]
      .map((round) => impSpec(config, data, name, round, mask))
      .filter(({ id }) => plans(id))
      .slice(0, 1),
  )
  const joint = JOINT_METHODS.filter((method) => planned.has(method)).map((method) =>
    jointSpec(config, data, method, masks),
  )
  return { imp, joint, warmup: warmupSpec(config, data) }
}

/** As many at a time as there are cores. The last wave is filled up from the first: where some wait, no core is idle. */
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

/** Of a few steps, in seconds. */
interface Measurement {
  spec: TrainingSpec
  steps: number
  tokens: number
  epochs: number
  train: number
  evaluate: number
  wall: number
}

/** Every training of the wave goes on for so many seconds, so that none is ever beside fewer than it would be. */
async function measureWave(pool: WorkerPool, wave: TrainingSpec[], seconds: number): Promise<Measurement[]> {
  const probes = await sideBySide(pool, wave, () => PROBE_STEPS)
  return sideBySide(pool, wave, (i) => Math.max(PROBE_STEPS, Math.round((seconds * probes[i].steps) / probes[i].train)))
}

function sideBySide(pool: WorkerPool, wave: TrainingSpec[], steps: (i: number) => number): Promise<Measurement[]> {
  return Promise.all(wave.map((spec, i) => measure(pool, spec, steps(i))))
}

async function measure(pool: WorkerPool, spec: TrainingSpec, maxSteps: number): Promise<Measurement> {
  const { settings } = spec
  let began = 0
  let tokens = 0
  let steps = 0
  const epochs: EpochMetric[] = []
  const short = {
    ...spec,
    settings: { ...settings, maxSteps, epochs: Math.max(settings.epochs, maxSteps), patience: null },
  }
  await pool.run(
    { type: 'train', spec: short, start: null, checkpoint: null },
    (news) => {
      if (news.type === 'epoch') epochs.push(news.metric)
      if (news.type !== 'steps') return
      steps += news.steps.length
      for (const step of news.steps) tokens += step.tokens
    },
    () => (began = performance.now()),
  )
  const sum = (seconds: (metric: EpochMetric) => number) => epochs.reduce((total, metric) => total + seconds(metric), 0)
  return {
    spec,
    steps,
    tokens,
    epochs: epochs.length,
    wall: (performance.now() - began) / 1000,
    train: sum(({ trainSeconds }) => trainSeconds),
    evaluate: sum(({ evalSeconds }) => evalSeconds),
  }
}

/** Of the whole dev data, of which a part was measured. */
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
