/**
 * Counter-based random numbers: every draw is a pure function of (key, index), so a run resumes without generator
 * state, and the C++ kernels draw the same numbers as the composed ops.
 */

/** A 64-bit key as two unsigned 32-bit halves. */
export interface RandomKey {
  k0: number
  k1: number
}

/** A bijective hash of 32-bit integers (two multiply-xorshift rounds), as in native/contract.ts. */
export function mix32(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0xd35a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/** The i-th random 32-bit integer under a key. */
export function hash32(i: number, k0: number, k1: number): number {
  return mix32(mix32((i + k0) | 0) ^ k1)
}

/** A key derived from the seed and any number of names or counters: streams with different parts are independent. */
export function deriveKey(seed: number, ...parts: (string | number)[]): RandomKey {
  let k0 = mix32(seed | 0)
  let k1 = mix32((seed ^ 0x9e3779b9) | 0)
  const absorb = (word: number) => {
    k0 = mix32((k0 ^ word) | 0)
    k1 = mix32((k1 + k0 + word) | 0)
  }
  for (const part of parts) {
    if (typeof part === 'number') {
      absorb(0x6e756d21)
      absorb(part | 0)
      absorb(Math.floor(part / 2 ** 32))
    } else {
      absorb(0x73747221 + part.length)
      for (let c = 0; c < part.length; c++) absorb(part.charCodeAt(c))
    }
  }
  return { k0, k1 }
}

/** The i-th uniform number in [0, 1) under a key. */
export function uniform(i: number, key: RandomKey): number {
  return hash32(i, key.k0, key.k1) / 2 ** 32
}

/** A random permutation of 0..n-1 under a key (Fisher-Yates). */
export function permutation(n: number, key: RandomKey): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform(i, key) * (i + 1))
    const swap = order[i]
    order[i] = order[j]
    order[j] = swap
  }
  return order
}
