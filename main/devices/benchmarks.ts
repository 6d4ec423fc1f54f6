/** How fast a backend trains the paper's network: real steps, for two seconds of the clock. */
import { availableParallelism } from 'node:os'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { TrainingRate } from '../../shared/devices/devices.ts'
import type { BackendModules } from '../backend/backend.ts'
import { chooseBackend } from '../backend/choose.ts'
import type { EncodedData } from '../data/types.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { Session } from '../training/trainer.ts'
import { trialData, trialSpec } from './syntheticTraining.ts'

/** Sentences a step: the paper's, and one at which large devices are not idle. */
const BATCHES = [10, 32]
/** In milliseconds, for each batch size. What makes caches and compilers warm does not count. */
const WARM_UP = 300
const MEASURE = 1000

/** At each batch size; larger ones are left out where a step already takes longer than the measurement. */
export async function trainingRates(name: BackendName, modules: BackendModules = []): Promise<TrainingRate[]> {
  const data = trialData({ words: 8000, spellings: 6000, sentences: 1500, tags: 17 })
  await chooseBackend(name, availableParallelism(), modules)
  const rates: TrainingRate[] = []
  for (const batchSize of BATCHES) {
    const { tokensPerSecond, slow } = await rateOf(data, batchSize)
    rates.push({ batchSize, tokensPerSecond })
    if (slow) break
  }
  return rates
}

async function rateOf(data: EncodedData, batchSize: number): Promise<{ tokensPerSecond: number; slow: boolean }> {
  const spec = trialSpec(data, { batchSize, mask: true })
  const session = new Session(spec, data, initialWeights(spec.shape, spec.seed, null), null)
  try {
    const warmed = await stepsFor(session, WARM_UP)
    const { tokens, ms, steps } = await stepsFor(session, MEASURE)
    return { tokensPerSecond: (1000 * tokens) / ms, slow: ms / steps > MEASURE || warmed.ms > 4 * MEASURE }
  } finally {
    session.dispose()
  }
}

/** At least one step. A device may be some steps behind: it has to come to the end of them before the clock is read. */
async function stepsFor(session: Session, atLeast: number): Promise<{ tokens: number; ms: number; steps: number }> {
  const began = performance.now()
  const done = []
  let given = 0
  do {
    done.push(...(await session.step(0)))
    given++
  } while (performance.now() - began < atLeast)
  done.push(...(await session.outstanding()))
  return { tokens: done.reduce((sum, { tokens }) => sum + tokens, 0), ms: performance.now() - began, steps: given }
}
