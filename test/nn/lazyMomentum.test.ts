/** Lazy momentum on the word table = momentum on the whole table at every step. */
import { describe, expect, it } from 'vitest'
import { tensor2d } from '@tensorflow/tfjs-core'
import { makeWordTable } from '../../main/nn/hostWordTable.ts'
import { ALL_PRESENT } from '../support/backends.ts'
import { Draw, expectClose } from '../support/arrays.ts'

const [V, D] = [12, 5]

/** The reference: every row at every step, gradient 0 where a row is not in the batch; in float64. */
class Dense {
  readonly w: Float64Array
  readonly v = new Float64Array(V * D)
  constructor(start: Float32Array) {
    this.w = Float64Array.from(start)
  }
  step(gradient: Float64Array, learningRate: number, momentum: number): void {
    for (let i = 0; i < this.w.length; i++) {
      this.v[i] = momentum * this.v[i] + gradient[i]
      this.w[i] -= learningRate * this.v[i]
    }
  }
}

describe.each(ALL_PRESENT)('on $name', (backend) => {
  it.each([
    [0.9, 0],
    [0.5, 0.3],
    [0, 0],
  ])('momentum %d, clip %d, over 60 steps and three learning rates', async (momentum, clipValue) => {
    await backend.use()
    const draw = new Draw('lazy', momentum)
    const start = draw.floats(V * D)
    const table = makeWordTable(start.slice(), D)
    const dense = new Dense(start)
    let step = 0
    for (const learningRate of [0.1, 0.05, 0.2]) {
      for (const end = step + 20; step < end; step++) {
        // Row 0 is frequent, row 11 rare.
        const ids = Int32Array.from(
          Array.from({ length: V }, (_, id) => id).filter((id) => draw.number() < 1 / (1 + id)),
        )
        const rows = table.gatherRows(ids, step, learningRate, momentum)
        expectClose(
          await rows.data(),
          Array.from(ids).flatMap((id) => [...dense.w.subarray(id * D, id * D + D)]),
          1e-5,
          `rows at step ${step}`,
        )
        rows.dispose()
        const dRows = draw.floats(ids.length * D)
        const gradient = new Float64Array(V * D)
        ids.forEach((id, u) => {
          for (let d = 0; d < D; d++)
            gradient[id * D + d] = clipValue
              ? Math.max(-clipValue, Math.min(clipValue, 0.7 * dRows[u * D + d]))
              : 0.7 * dRows[u * D + d]
        })
        const gradients = tensor2d(dRows.slice(), [ids.length, D])
        table.update(ids, gradients, step, { learningRate, momentum, scale: 0.7, clipValue, weightDecay: 0 })
        gradients.dispose()
        dense.step(gradient, learningRate, momentum)
      }
      // As training does before the learning rate changes.
      table.catchUp(step, learningRate, momentum)
      const { velocity, lastStep } = await table.state()
      expectClose(await table.weights(), dense.w, 1e-5, 'table')
      expectClose(velocity, dense.v, 1e-5, 'velocity')
      expect(lastStep.every((last) => last === step)).toBe(true)
    }
  })
})
