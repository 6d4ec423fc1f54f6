/** Evidence for and against splitting, by context. */
import type { Split } from '../../../shared/tags/tokenConventions.ts'

export class Tally {
  /** How many places of a context are kept together (`[0]`) and how many are split (`[1]`). */
  private readonly counts = new Map<string, [together: number, apart: number]>()

  add(key: string, split: Split, count: number): void {
    const found = this.counts.get(key)
    if (found !== undefined) found[split] += count
    else this.counts.set(key, split === 0 ? [count, 0] : [0, count])
  }

  apart(key: string): number {
    return this.counts.get(key)?.[1] ?? 0
  }

  keys(): Iterable<string> {
    return this.counts.keys()
  }

  /**
   * Contexts with at least `least` places, of which at least the share `agreement` is treated alike. `weight` says how
   * many split places a place that keeps together outweighs.
   */
  decided(least: number, agreement: number, weight = 1): Map<string, Split> {
    const rules = new Map<string, Split>()
    for (const [key, [places, apart]] of this.counts) {
      const together = places * weight
      if (places + apart < least || Math.max(together, apart) < agreement * (together + apart)) continue
      rules.set(key, together >= apart ? 0 : 1)
    }
    return rules
  }

  /** Contexts that are decided in favour of splitting. */
  split(least: number, agreement: number): string[] {
    return [...this.decided(least, agreement)].flatMap(([key, split]) => (split === 1 ? [key] : []))
  }

  /** Contexts that are decided in favour of keeping together. */
  together(least: number, agreement: number): string[] {
    return [...this.decided(least, agreement)].flatMap(([key, split]) => (split === 0 ? [key] : []))
  }
}
