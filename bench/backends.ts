/** The whole training step on every available backend, by batch size and layers: the figures behind `auto`. */
import type { ExperimentConfig } from '../shared/settings/config.ts'
import type { BackendName } from '../shared/devices/backends.ts'
import { whyNot } from '../shared/devices/backends.ts'
import { ALL_BACKENDS } from '../main/backend/choose.ts'
import type { EncodedData } from '../main/data/types.ts'
import { timeSteps } from './trainingStep.ts'

export const BATCHES = [10, 32, 128, 512]
export const LAYERS = [1, 2]
/** Approximate sentences per measurement: large batches get few steps. */
const SENTENCES = 1500

export interface PresentBackend {
  name: BackendName
  /** Version and device. */
  what: string
}

/**
 * The backends that can be measured, and one line on each of the others. Plain TensorFlow.js takes minutes per batch,
 * an emulated graphics card hours.
 */
export async function presentBackends(): Promise<{ present: PresentBackend[]; absent: string[] }> {
  const present: PresentBackend[] = []
  const absent: string[] = []
  for (const { name, probe } of ALL_BACKENDS.filter(({ name }) => name !== 'cpu')) {
    const found = await probe()
    if (!found.usable) absent.push(`${name}: ${whyNot(found)}`)
    else if (found.software) absent.push(`${name}: only on a card that the processor imitates`)
    else present.push({ name, what: `${found.version}, ${found.device}` })
  }
  return { present, absent }
}

/** Tokens per second. */
export async function backendRate(
  { name }: PresentBackend,
  config: ExperimentConfig,
  data: EncodedData,
  threads: number,
): Promise<number> {
  const steps = Math.max(3, Math.round(SENTENCES / config.optimizer.batchSize))
  return (
    await timeSteps(config, data, threads, 0.56, {
      backend: name,
      steps,
      warmUp: Math.max(1, Math.min(10, steps >> 2)),
    })
  ).tokensPerSecond
}
