/** Seeded random choices for tests with many random cases. Tests print the seed, so that a failure can be repeated. */

export class Dice {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** 0 ≤ x < 1 (mulberry32). */
  number(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let x = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number below n. */
  below(n: number): number {
    return Math.floor(this.number() * n)
  }

  chance(probability: number): boolean {
    return this.number() < probability
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]
  }
}

/** The number of cases and the seed of a test, from the environment or the defaults: `CASES=2000 SEED=7 npx vitest run …`. */
export function casesOf(fallback: number): { cases: number; seed: number } {
  return { cases: Number(process.env.CASES ?? fallback), seed: Number(process.env.SEED ?? 20_261_128) }
}
