/** A moving rate: how much was done per second over the last minutes. */

/** Long enough to average over evaluations as well as steps, short enough to follow a change of speed. */
const WINDOW_MS = 10 * 60_000
/** A rate over less time than this would be a guess. */
const MIN_MS = 3_000
const SLICE_MS = 1_000

export class RateMeter {
  private readonly now: () => number
  private total = 0
  /** Totals over time, oldest first, at most one per second. */
  private marks: { at: number; total: number }[] = []

  /** `now` returns milliseconds. */
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

  /** Forgets everything measured so far. */
  reset(): void {
    this.total = 0
    this.marks = [{ at: this.now(), total: 0 }]
  }

  /** Null until enough has been measured. */
  perSecond(): number | null {
    const first = this.marks[0]
    const elapsed = this.now() - first.at
    return elapsed < MIN_MS || this.total === first.total ? null : (1000 * (this.total - first.total)) / elapsed
  }
}
