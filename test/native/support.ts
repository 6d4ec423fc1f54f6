/** Shared by the kernel tests: the addon, reproducible inputs, comparisons. */
import { beforeAll, describe, expect } from 'vitest'
import type { NativeKernels } from '../../native/contract.ts'
import { permutation, uniform } from '../../shared/util/random.ts'
import { everyKernels } from './kernels.ts'

/** The kernels under test; describeKernels sets them to those of each instruction set in turn. */
export let kernels: NativeKernels = everyKernels[0]

export function describeKernels(name: string, tests: () => void): void {
  for (const each of everyKernels) {
    describe(`${name} (${each.isa})`, () => {
      beforeAll(() => {
        kernels = each
      })
      tests()
    })
  }
}

/** Reproducible inputs: every call draws from the next counter of one seed. */
export class Draw {
  private next = 0
  private readonly seed: number

  constructor(seed: number) {
    this.seed = seed
  }

  number(low = 0, high = 1): number {
    return low + (high - low) * uniform(this.next++, { k0: this.seed, k1: 0x5eed })
  }
  /** A whole number, low <= x < high. */
  int(low: number, high: number): number {
    return Math.floor(this.number(low, high))
  }
  floats(length: number, low = -1, high = 1): Float32Array {
    return Float32Array.from({ length }, () => this.number(low, high))
  }
  ints(length: number, low: number, high: number): Int32Array {
    return Int32Array.from({ length }, () => this.int(low, high))
  }
  mask(length: number, density: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.number() < density ? 1 : 0))
  }
  distinct(count: number, below: number): Int32Array {
    return permutation(below, { k0: this.seed, k1: this.next++ }).slice(0, count)
  }
  /** Sizes of a packed batch: the number of sentences that have a token t. */
  batchSizes(sentences: number, longest: number): Int32Array {
    const lengths = Array.from({ length: sentences }, () => this.int(1, longest + 1))
    return Int32Array.from({ length: Math.max(0, ...lengths) }, (_, t) => lengths.filter((length) => length > t).length)
  }
}

/** An output with NaN, so that an element that is not written shows. */
export const garbage = (length: number) => new Float32Array(length).fill(NaN)

/** |actual - expected| <= tolerance * (1 + |expected|), element by element. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * (1 + Math.abs(expected[i])))) {
      expect.fail(`element ${i} of ${expected.length}: ${actual[i]} instead of ${expected[i]}`)
    }
  }
}

/** compute() gives the same bits with one, two and three threads. */
export function expectSameForAllThreads(compute: () => (ArrayLike<number> | number)[]): void {
  const before = kernels.getThreads()
  try {
    kernels.setThreads(1)
    const alone = compute()
    for (const threads of [2, 3]) {
      kernels.setThreads(threads)
      expect(compute()).toStrictEqual(alone)
    }
  } finally {
    kernels.setThreads(before)
  }
}

/** The call throws the error and leaves every output unchanged. */
export function expectRefused(
  call: () => void,
  error: typeof TypeError | typeof RangeError,
  message: RegExp,
  outputs: ArrayLike<number>[],
): void {
  const before = outputs.map((output) => Array.from(output))
  expect(call).toThrow(error)
  expect(call).toThrow(message)
  outputs.forEach((output, i) => expect(Array.from(output)).toStrictEqual(before[i]))
}

/** d f / d x[i] at every i, by central differences of a float64 function. */
export function numericalGradient(f: (x: Float64Array) => number, x: ArrayLike<number>, step = 1e-5): Float64Array {
  const at = Float64Array.from(x)
  return at.map((value, i) => {
    at[i] = value + step
    const above = f(at)
    at[i] = value - step
    const below = f(at)
    at[i] = value
    return (above - below) / (2 * step)
  })
}
