/**
 * Estimates how long an experiment takes: reads its data, measures a few steps of its trainings, works out the rest.
 */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Estimate } from '../../shared/protocol/requests/training.ts'
import { loadExperimentData } from '../data/load.ts'
import { backendFor } from './backendOfRun.ts'
import { calibrate } from './calibrate.ts'
import { coreCount } from './environment.ts'
import { forecast, forecastTrainings } from './forecast.ts'
import { STAGES } from './reporter.ts'
import { withVectorDim } from './vectorDim.ts'

/**
 * The longest that an estimate may take. Reading large corpora and a slow device take a minute; a hang must not block
 * later ones.
 */
const TIMEOUT_SECONDS = 300

export interface TrainingsEstimate extends Omit<Estimate, 'busy'> {
  /** Seconds of each training by its key, beside the others of its stage. */
  trainings: ReadonlyMap<string, number>
}

/**
 * Paths in `config` must be absolute; `order` is that in which `auto` tries backends. Counts reading the test data, but
 * not tagging it, which takes a few seconds. Throws a DataError with every problem found, the reason of `signal` where
 * it aborts, an Error after `timeoutSeconds`.
 */
export async function estimateExperiment(
  config: ExperimentConfig,
  order: readonly BackendName[],
  { signal, timeoutSeconds = TIMEOUT_SECONDS }: { signal?: AbortSignal; timeoutSeconds?: number } = {},
): Promise<TrainingsEstimate> {
  const timeout = new AbortController()
  const timer = setTimeout(
    () => timeout.abort(new Error(`The time estimate was given up after ${timeoutSeconds} seconds.`)),
    1000 * timeoutSeconds,
  )
  const ended = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal])
  try {
    return await unlessAborted(ended, () => estimate(config, order, ended))
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects when the signal aborts, even where the work does not notice. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason as Error)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

async function estimate(
  given: ExperimentConfig,
  order: readonly BackendName[],
  signal: AbortSignal,
): Promise<TrainingsEstimate> {
  const startedAt = performance.now()
  const config = await withVectorDim(given)
  const { data } = await loadExperimentData(config, '')
  const { name: backend } = await backendFor(config.backend, order)
  const read = performance.now()
  const calibration = await calibrate(config, data, backend, signal)
  const measured = performance.now()
  const stages = forecast(config, data, calibration, coreCount(config))
  const parts = [
    { stage: 'reading the corpora', trainings: 0, steps: 0, seconds: (read - startedAt) / 1000 + calibration.start },
    ...stages.map(({ phase, trainings, steps, seconds }) => ({ stage: STAGES[phase], trainings, steps, seconds })),
  ]
  return {
    seconds: sum(parts.map(({ seconds }) => seconds)),
    atMost: [config.imp, config.joint].some(({ patience }) => patience !== null),
    // A run may have nothing to train: it may only test the subnets of an earlier run.
    tokensPerSecond:
      stages.length === 0 ? 0 : sum(stages.map(({ tokens }) => tokens)) / sum(stages.map(({ seconds }) => seconds)),
    measuredSeconds: (measured - read) / 1000,
    parts,
    trainings: new Map(forecastTrainings(config, data, calibration).map(({ key, seconds }) => [key, seconds])),
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
