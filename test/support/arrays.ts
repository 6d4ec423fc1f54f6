/** Reproducible arrays and how they are compared: closely, or to the bit. */
import { expect } from 'vitest'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { deriveKey, uniform, type RandomKey } from '../../shared/util/random.ts'

/** Random inputs of one seed; every call draws on. */
export class Draw {
  private readonly key: RandomKey
  private next = 0

  constructor(...seed: (string | number)[]) {
    this.key = deriveKey(7, ...seed)
  }

  number(low = 0, high = 1): number {
    return low + (high - low) * uniform(this.next++, this.key)
  }

  /** A whole number, low <= x < high. */
  int(low: number, high: number): number {
    return Math.floor(this.number(low, high))
  }

  floats(length: number, bound = 1): Float32Array {
    return Float32Array.from({ length }, () => this.number(-bound, bound))
  }

  ints(length: number, below: number): Int32Array {
    return Int32Array.from({ length }, () => this.int(0, below))
  }

  /** Zeros and ones. */
  kept(length: number, density: number): Uint8Array {
    return Uint8Array.from({ length }, () => (this.number() < density ? 1 : 0))
  }
}

/** |actual − expected| <= tolerance × the largest |expected| (at least 1e-3), for every element. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'values',
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length)
  let scale = 1e-3
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]))
  for (let i = 0; i < expected.length; i++) {
    // Written so that NaN fails.
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale))
      expect.fail(`${what}[${i}] is ${actual[i]}, expected ${expected[i]} ± ${tolerance * scale}`)
  }
}

const bytes = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)

/** Whether two arrays hold the same bits: 0 and -0 differ, a NaN equals itself. */
export function sameBits(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return a.byteLength === b.byteLength && bytes(a).equals(bytes(b))
}

/** Names of the arrays that are missing on one side, or differ in a bit. */
export function differingNames(a: ArrayBundle, b: ArrayBundle): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].filter(
    (name) =>
      !a[name] || !b[name] || String(a[name].shape) !== String(b[name].shape) || !sameBits(a[name].data, b[name].data),
  )
}

export function expectSameBits(actual: ArrayBundle, expected: ArrayBundle): void {
  expect(Object.keys(expected).length, 'arrays to compare').toBeGreaterThan(0)
  expect(differingNames(actual, expected), 'arrays that differ').toEqual([])
}
