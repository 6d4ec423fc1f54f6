/** Whether a backend computes rightly on this machine: a few steps of a small network against plain TensorFlow.js, which is the specification. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { BackendModules } from '../backend/backend.ts'
import { chooseBackend } from '../backend/choose.ts'
import type { Weights } from '../nn/network.ts'
import { initialWeights } from '../nn/initialWeights.ts'
import { TrainingDiverged } from '../training/control.ts'
import { Session } from '../training/trainer.ts'
import { trialData, trialSpec } from './syntheticTraining.ts'

const STEPS = 3
/** Of the loss, and of the way that the weights of each parameter went, relative: float32 in another order, and products in TF32 on a graphics card, stay below; a wrong gradient does not. */
const TOLERANCE = { loss: 2e-3, way: 2e-2 }

const SMALL = { wordDim: 12, charDim: 6, charFilters: 8, charOut: 6, hidden: 10 }

interface Trace {
  losses: number[]
  weights: Weights
}

/** Null where it does, else what is wrong, in one line. Throws what the backend throws. */
export async function selfCheck(name: BackendName, modules: BackendModules = []): Promise<string | null> {
  const data = trialData({ words: 60, spellings: 50, sentences: 40, tags: 5 })
  const spec = trialSpec(data, { model: SMALL, batchSize: 6, mask: true })
  const start = initialWeights(spec.shape, spec.seed, null)
  const trace = async (backend: BackendName, given: BackendModules): Promise<Trace> => {
    await chooseBackend(backend, 1, given)
    const session = new Session(spec, data, structuredClone(start), null)
    try {
      const steps = []
      for (let s = 0; s < STEPS; s++) steps.push(...(await session.step(0)))
      steps.push(...(await session.outstanding()))
      const { state } = await session.checkpoint()
      const weights = Object.fromEntries(
        Object.keys(start).map((key) => [key, state[`weights/${key}`] as Weights[string]]),
      )
      return { losses: steps.map(({ loss }) => loss), weights }
    } finally {
      session.dispose()
    }
  }
  const expected = await trace('cpu', [])
  try {
    return compare(await trace(name, modules), expected, start)
  } catch (error) {
    // Where plain TensorFlow.js has a number, none is as wrong as another one.
    if (error instanceof TrainingDiverged) return error.message.replace(/;.*/, '')
    throw error
  }
}

function compare(actual: Trace, expected: Trace, start: Weights): string | null {
  for (const [s, loss] of expected.losses.entries()) {
    if (!(Math.abs(actual.losses[s] - loss) <= TOLERANCE.loss * Math.abs(loss)))
      return `the loss of step ${s + 1} of a small network is ${actual.losses[s]}, and should be ${loss}`
  }
  for (const [name, { data }] of Object.entries(expected.weights)) {
    const off = distance(actual.weights[name].data, data)
    const way = distance(data, start[name].data)
    if (!(off <= TOLERANCE.way * way + 1e-6))
      return `after ${STEPS} steps of a small network ${name} is ${((100 * off) / way).toFixed(0)} % of its way from where it should be`
  }
  return null
}

/** Euclidean; NaN where either has one. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return Math.sqrt(sum)
}
