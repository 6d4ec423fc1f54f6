/** Random BiLSTM layers for the kernels' tests, and the comparison of results. */
import { expect } from 'vitest'
import type { Layer } from './bilstmReference.ts'

export function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export interface Shape {
  lengths: number[]
  inputs: number
  hidden: number
  density?: number
}

/** A layer of random numbers; pruned weights hold NaN, which must not propagate. */
export function layerOf({ lengths, inputs, hidden, density }: Shape): Layer {
  const random = generator(inputs * 1000 + hidden * 10 + lengths.length)
  const N = lengths.reduce((sum, length) => sum + length, 0)
  const floats = (length: number, scale: number) => Float32Array.from({ length }, () => (random() * 2 - 1) * scale)
  const size = (inputs + hidden) * 4 * hidden
  const masks = [0, 1].map(() =>
    density === undefined ? null : Uint8Array.from({ length: size }, () => (random() < density ? 1 : 0)),
  )
  const weights = masks.map((mask) =>
    floats(size, 2 / Math.sqrt(inputs + hidden)).map((w, i) => (mask && !mask[i] ? NaN : w)),
  )
  return {
    lengths,
    inputs,
    hidden,
    x: floats(N * inputs, 1.5),
    w: weights as Layer['w'],
    b: [floats(8 * hidden, 0.5), floats(8 * hidden, 0.5)],
    mask: masks as Layer['mask'],
  }
}

export const SHAPES: Record<string, Shape> = {
  'one sentence of one token': { lengths: [1], inputs: 3, hidden: 2 },
  'one sentence': { lengths: [7], inputs: 5, hidden: 17 },
  'one unit, one input': { lengths: [4, 3, 3, 1], inputs: 1, hidden: 1 },
  'odd sizes, all lengths different': { lengths: [9, 8, 6, 5, 3, 2, 1], inputs: 33, hidden: 19 },
  'many short sentences after a long one': {
    lengths: [12, ...Array.from({ length: 30 }, () => 1)],
    inputs: 7,
    hidden: 9,
  },
  'equal lengths': { lengths: Array.from({ length: 13 }, () => 5), inputs: 16, hidden: 16 },
  masked: { lengths: [6, 6, 5, 4, 4, 1], inputs: 31, hidden: 23, density: 0.4 },
  'everything pruned': { lengths: [3, 2], inputs: 8, hidden: 8, density: 0 },
  'more rows than one cut of K': {
    lengths: Array.from({ length: 40 }, (_, i) => 9 - (i >> 3)),
    inputs: 20,
    hidden: 40,
    density: 0.7,
  },
  'gates wider than one cut of K': { lengths: [5, 5, 4], inputs: 70, hidden: 90 },
}

export function expectClose(
  name: string,
  actual: Float32Array | null,
  expected: Float64Array,
  tolerance: number,
): void {
  expect(actual!.length, name).toBe(expected.length)
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
  let worst = 0
  for (let i = 0; i < expected.length; i++)
    worst = Math.max(worst, Number.isNaN(actual![i]) ? Infinity : Math.abs(actual![i] - expected[i]) / scale)
  expect(worst, `${name}: largest difference, relative to the largest value`).toBeLessThan(tolerance)
}
