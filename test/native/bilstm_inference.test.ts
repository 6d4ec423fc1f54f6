/**
 * The BiLSTM without gradient agrees with the reference for repeated rows, and a sentence does not depend on its
 * batch.
 */
import { describe, expect, it } from 'vitest'
import type { NativeKernels } from '../../native/contract.ts'
import { expectClose, generator, layerOf, SHAPES } from './bilstmLayers.ts'
import { batchSizesOf, forward, type Layer } from './bilstmReference.ts'
import { everyKernels } from './kernels.ts'

/** Outputs start as NaN, so that an element that is not written shows. */
function run(
  kernels: NativeKernels,
  { inputs: I, hidden: H, x, w, b, mask, lengths }: Layer,
  index: Int32Array,
): Float32Array {
  const y = new Float32Array(index.length * 2 * H).fill(NaN)
  kernels.bilstmInference(x, index, batchSizesOf(lengths), w[0], b[0], mask[0], w[1], b[1], mask[1], I, H, y)
  return y
}

const everyRow = ({ x, inputs }: Layer) => Int32Array.from({ length: x.length / inputs }, (_, row) => row)

/** A layer with few distinct rows, some of them unused; and the same layer with one row per token. */
function repeating(layer: Layer, distinct: number): { few: Layer; index: Int32Array; spread: Layer } {
  const { x, inputs: I } = layer
  const random = generator(distinct)
  const index = Int32Array.from({ length: x.length / I }, () => Math.floor(random() * distinct))
  const few = Float32Array.from({ length: distinct * I }, () => random() * 3 - 1.5)
  const spread = Float32Array.from(x, (_, at) => few[index[Math.floor(at / I)] * I + (at % I)])
  return { few: { ...layer, x: few }, index, spread: { ...layer, x: spread } }
}

/** Sentences of different lengths, more than a block of lanes holds on any instruction set. */
const MANY = {
  lengths: [40, 31, ...Array.from({ length: 70 }, (_, i) => 12 - Math.floor(i / 6))],
  inputs: 29,
  hidden: 21,
}

describe.each(everyKernels.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'BiLSTM without gradient, $isa',
  ({ kernels }) => {
    it.each(
      Object.entries({
        ...SHAPES,
        'more sentences than lanes': MANY,
        'more sentences than lanes, masked': { ...MANY, density: 0.3 },
      }),
    )('%s: agrees with the float64 reference', (_, shape) => {
      const layer = layerOf(shape)
      expectClose('y', run(kernels, layer, everyRow(layer)), forward(layer).y, 3e-6)
    })

    it.each([1, 3, 50, 400])('%i distinct rows: agrees with the reference with one row per token', (distinct) => {
      const { few, index, spread } = repeating(layerOf({ ...MANY, density: 0.5 }), distinct)
      expectClose('y', run(kernels, few, index), forward(spread).y, 3e-6)
    })

    it.each([30, 300])('gates %i times as far from 0: agrees with the reference, also where they saturate', (times) => {
      const layer = layerOf(MANY)
      const far = {
        ...layer,
        x: layer.x.map((value) => value * times),
        b: layer.b.map((bias) => bias.map((value) => value * times)) as Layer['b'],
      }
      expectClose('y', run(kernels, far, everyRow(far)), forward(far).y, 1e-4)
    })

    it('gives the same bits with 1, 2 and 5 threads', () => {
      const layer = layerOf({ ...MANY, density: 0.5 })
      const results = [1, 2, 5].map((threads) => {
        kernels.setThreads(threads)
        return run(kernels, layer, everyRow(layer))
      })
      kernels.setThreads(1)
      expect(results[1]).toEqual(results[0])
      expect(results[2]).toEqual(results[0])
    })

    it('gives a sentence the same bits alone and in any batch', () => {
      const { few, index, spread } = repeating(layerOf({ ...MANY, density: 0.5 }), 60)
      const whole = run(kernels, few, index)
      const sizes = batchSizesOf(few.lengths)
      const starts = sizes.reduce<number[]>((offsets, size) => [...offsets, offsets.at(-1)! + size], [0])
      for (const sentence of [0, 1, 2, 33, 71]) {
        const rows = Array.from({ length: few.lengths[sentence] }, (_, t) => starts[t] + sentence)
        const alone = {
          ...spread,
          lengths: [rows.length],
          x: Float32Array.from(rows.flatMap((row) => [...spread.x.subarray(row * few.inputs, (row + 1) * few.inputs)])),
        }
        const y = run(kernels, alone, everyRow(alone))
        rows.forEach((row, t) =>
          expect(y.subarray(t * 2 * few.hidden, (t + 1) * 2 * few.hidden), `sentence ${sentence}, token ${t}`).toEqual(
            whole.subarray(row * 2 * few.hidden, (row + 1) * 2 * few.hidden),
          ),
        )
      }
    })

    it('accepts an empty batch; NaN in a row affects its sentence only', () => {
      const empty = layerOf({ lengths: [], inputs: 3, hidden: 4 })
      expect(run(kernels, empty, everyRow(empty)).length).toBe(0)
      const layer = layerOf({ lengths: [2, 2, 1], inputs: 2, hidden: 3 })
      layer.x[0] = NaN // sentence 0, token 0
      const y = run(kernels, layer, everyRow(layer))
      const isNaNRow = [0, 1, 2, 3, 4].map((row) => y.subarray(row * 6, row * 6 + 6).some(Number.isNaN))
      expect(isNaNRow).toEqual([true, false, false, true, false])
    })

    it('rejects rows that x does not have', () => {
      const layer = layerOf({ lengths: [2, 1], inputs: 2, hidden: 3 })
      for (const [index, reason] of [
        [[0, 1, 3], /index/],
        [[0, -1, 1], /index/],
        [[0, 1], /batchSizes: expected a sum of 2, found 3/],
      ] as const) {
        const y = new Float32Array(18).fill(3)
        expect(() =>
          kernels.bilstmInference(
            layer.x,
            Int32Array.from(index),
            batchSizesOf(layer.lengths),
            layer.w[0],
            layer.b[0],
            null,
            layer.w[1],
            layer.b[1],
            null,
            2,
            3,
            y,
          ),
        ).toThrow(reason)
        expect(y.every((value) => value === 3)).toBe(true)
      }
    })
  },
)
