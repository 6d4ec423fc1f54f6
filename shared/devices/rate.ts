/** Measures how much is done per second of late. */

/** Long enough to hold evaluations as well as steps, short enough to follow a change of speed. */
const WINDOW_MS = 10 * 60_000
/** Before this much was seen, a rate would be a guess. */
const LEAST_MS = 3_000
const SLICE_MS = 1_000

export class RateMeter {
  private readonly now: () => number
  private total = 0
  /** Totals at given times, oldest first, at most one a second. */
  private marks: { at: number; total: number }[] = []

  /** now: milliseconds. */
  constructor(now: () => number) {
    this.now = now
    this.reset()
  }

  add(amount: number): void {
    this.total += amount
    const at = this.now()
    if (at - this.marks.at(-1)!.at >= SLICE_MS) this.marks.push({ at, total: this.total })
    while (this.marks.length > 2 && at - this.marks[1].at > WINDOW_MS) this.marks.shift()
  }

  /** Forgets what was measured. */
  reset(): void {
    this.total = 0
    this.marks = [{ at: this.now(), total: 0 }]
  }

  /** Null while too little has been seen. */
  perSecond(): number | null {
    const first = this.marks[0]
    const elapsed = this.now() - first.at
    return elapsed < LEAST_MS || this.total === first.total ? null : (1000 * (this.total - first.total)) / elapsed
  }
}
