/** Checks that a backend computes correctly: a few steps of a small network, compared with plain TensorFlow.js. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { BackendModules } from '../backend/backend.ts'
import { chooseBackend } from '../backend/choose.ts'
import type { Weights } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { TrainingDivergedError } from '../training/control.ts'
import { Trainer } from '../training/trainer.ts'
import { syntheticData, syntheticSpec } from './syntheticTraining.ts'

const STEPS = 3
/**
 * Relative tolerances of the loss and of the distance each parameter moved. Float32 sums in another order and TF32
 * products on a graphics card stay below them; a wrong gradient does not.
 */
const TOLERANCE = { loss: 2e-3, distance: 2e-2 }

const SMALL = { wordDim: 12, charDim: 6, charFilters: 8, charOut: 6, hidden: 10 }

interface Trace {
  losses: number[]
  weights: Weights
}

/** Null where the results are correct, else the difference in one line. Throws what the backend throws. */
export async function selfCheck(name: BackendName, modules: BackendModules = []): Promise<string | null> {
  const data = syntheticData({ words: 60, spellings: 50, sentences: 40, tags: 5 })
  const spec = syntheticSpec(data, { model: SMALL, batchSize: 6, mask: true })
  const start = initialWeights(spec.shape, spec.seed, null)
  const trace = async (backend: BackendName, given: BackendModules): Promise<Trace> => {
    await chooseBackend(backend, 1, given)
    const trainer = new Trainer(spec, data, structuredClone(start), null)
    try {
      const steps = []
      for (let s = 0; s < STEPS; s++) steps.push(...(await trainer.step(0)))
      steps.push(...(await trainer.pendingSteps()))
      const { state } = await trainer.checkpoint()
      const weights = Object.fromEntries(Object.keys(start).map((key) => [key, state[`weights/${key}`]]))
      return { losses: steps.map(({ loss }) => loss), weights }
    } finally {
      trainer.dispose()
    }
  }
  const expected = await trace('cpu', [])
  try {
    return compare(await trace(name, modules), expected, start)
  } catch (error) {
    // A loss that is not a number is a wrong result too: the reference has a number here.
    if (error instanceof TrainingDivergedError) return error.message.replace(/;.*/, '')
    throw error
  }
}

function compare(actual: Trace, expected: Trace, start: Weights): string | null {
  for (const [s, loss] of expected.losses.entries()) {
    if (!(Math.abs(actual.losses[s] - loss) <= TOLERANCE.loss * Math.abs(loss)))
      return `the loss of step ${s + 1} of a small network is ${actual.losses[s]}, expected ${loss}`
  }
  for (const [name, { data }] of Object.entries(expected.weights)) {
    const off = distance(actual.weights[name].data, data)
    const moved = distance(data, start[name].data)
    if (!(off <= TOLERANCE.distance * moved + 1e-6))
      return (
        `after ${STEPS} steps of a small network, ` +
        `${name} differs by ${((100 * off) / moved).toFixed(0)} % of its change`
      )
  }
  return null
}

/** Euclidean distance; NaN where either array has a NaN. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return Math.sqrt(sum)
}
