/** The losses of one training: from the store, and ahead of it from the running training. No DOM. */
import type { StepMetric } from '../../shared/runs/training.ts'
import { Series } from './columns.ts'
import { countUpTo } from './search.ts'

/**
 * One line per task; x counts completed steps, from 1. Events of a running training may be ahead of the store, with a
 * gap where events were missed: they are shown, and appended to the stored steps once the gap is filled. No step is
 * contained twice.
 */
export class Losses {
  private readonly lines = new Map<string, Series>()
  /** Received from events, but beyond a gap. */
  private ahead: StepMetric[] = []
  /** All steps below this number have been received, or thinned out by the store. */
  private seen = 0

  /** The first step that is missing: fetch steps from here. */
  get next(): number {
    return this.seen
  }

  get gap(): boolean {
    return this.ahead.length > 0
  }

  /** Empty for a task that has had no batch yet. */
  of(task: string): Series {
    let line = this.lines.get(task)
    if (line === undefined) this.lines.set(task, (line = new Series()))
    return line
  }

  /** Adds steps fetched from step `from` on, in order, possibly thinned. Ignored after a rewind to below `from`. */
  fetched(steps: readonly StepMetric[], from: number): void {
    if (from > this.seen) return
    const fresh = steps.filter(({ step }) => step >= this.seen)
    if (fresh.length === 0) return
    const ahead = this.ahead
    this.rewind(this.seen)
    this.add(fresh)
    this.seen = fresh.at(-1)!.step + 1
    this.received(ahead)
  }

  /** Adds steps from events, in order. Known ones are ignored. */
  received(steps: readonly StepMetric[]): void {
    const from = this.ahead.length === 0 ? this.seen : this.ahead.at(-1)!.step + 1
    const fresh = steps.filter(({ step }) => step >= from)
    if (fresh.length === 0) return
    this.add(fresh)
    if (this.ahead.length === 0 && fresh[0].step === this.seen) this.seen = fresh.at(-1)!.step + 1
    else this.ahead.push(...fresh)
  }

  /** The training restarts at this step: later steps are removed and will come again. */
  rewind(step: number): void {
    for (const line of this.lines.values()) line.truncate(countUpTo(line.x, step))
    this.ahead = this.ahead.filter((one) => one.step < step && step > this.seen)
    this.seen = Math.min(this.seen, step)
  }

  private add(steps: readonly StepMetric[]): void {
    for (const { task, step, loss } of steps) this.of(task).push(step + 1, loss)
  }
}
