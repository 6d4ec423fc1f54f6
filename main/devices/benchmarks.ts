/** Measures how fast a backend trains the paper's network: real training steps, for about two seconds. */
import { availableParallelism } from 'node:os'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Benchmark } from '../../shared/devices/devices.ts'
import type { BackendModules } from '../backend/backend.ts'
import { chooseBackend } from '../backend/choose.ts'
import type { EncodedData } from '../data/types.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { Trainer } from '../training/trainer.ts'
import { syntheticData, syntheticSpec } from './syntheticTraining.ts'

/** Sentences per step: the paper's batch size, and one that keeps large devices busy. */
const BATCH_SIZES = [10, 32]
/** Milliseconds per batch size. Caches fill and compilers run during the warm-up, which is not counted. */
const WARM_UP_MS = 300
const MEASURE_MS = 1000

/**
 * One benchmark per batch size. Larger batches are skipped where a single step already takes longer than the
 * measurement.
 */
export async function benchmarkTraining(name: BackendName, modules: BackendModules = []): Promise<Benchmark[]> {
  const data = syntheticData({ words: 8000, spellings: 6000, sentences: 1500, tags: 17 })
  await chooseBackend(name, availableParallelism(), modules)
  const benchmarks: Benchmark[] = []
  for (const batchSize of BATCH_SIZES) {
    const { tokensPerSecond, slow } = await measure(data, batchSize)
    benchmarks.push({ batchSize, tokensPerSecond })
    if (slow) break
  }
  return benchmarks
}

async function measure(data: EncodedData, batchSize: number): Promise<{ tokensPerSecond: number; slow: boolean }> {
  const spec = syntheticSpec(data, { batchSize, mask: true })
  const trainer = new Trainer(spec, data, initialWeights(spec.shape, spec.seed, null), null)
  try {
    const warmUp = await stepsFor(trainer, WARM_UP_MS)
    const { tokens, ms, steps } = await stepsFor(trainer, MEASURE_MS)
    return { tokensPerSecond: (1000 * tokens) / ms, slow: ms / steps > MEASURE_MS || warmUp.ms > 4 * MEASURE_MS }
  } finally {
    trainer.dispose()
  }
}

/** Runs at least one step. Waits for the steps that the device still has queued before it reads the clock. */
async function stepsFor(trainer: Trainer, minMs: number): Promise<{ tokens: number; ms: number; steps: number }> {
  const start = performance.now()
  const done = []
  let steps = 0
  do {
    done.push(...(await trainer.step(0)))
    steps++
  } while (performance.now() - start < minMs)
  done.push(...(await trainer.pendingSteps()))
  return { tokens: done.reduce((sum, { tokens }) => sum + tokens, 0), ms: performance.now() - start, steps }
}
