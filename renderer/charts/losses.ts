/** The losses of one training as they come: from the store, and ahead of it from the training itself. No DOM. */
import type { StepMetric } from '../../shared/runs/training.ts'
import { Series } from './columns.ts'
import { countUpTo } from './search.ts'

/**
 * A line a task; x counts steps done, from 1. What is told while it trains may run ahead of what is stored, with a gap between
 * where the telling was not heard: it is shown, and put behind the stored steps when they come. No step is ever in twice.
 */
export class Losses {
  private readonly lines = new Map<string, Series>()
  /** Told, but beyond a gap. */
  private ahead: StepMetric[] = []
  /** All steps below this number have been seen, or thinned away by the store. */
  private seen = 0

  /** The first step that is missing: ask for steps from here. */
  get next(): number {
    return this.seen
  }

  get gap(): boolean {
    return this.ahead.length > 0
  }

  /** Empty for a task that was not drawn yet. */
  of(task: string): Series {
    let line = this.lines.get(task)
    if (line === undefined) this.lines.set(task, (line = new Series()))
    return line
  }

  /** Steps that were asked for from step `from` on, in order, whether all or thinned. Of no use where a rewind came in between. */
  fetched(steps: readonly StepMetric[], from: number): void {
    if (from > this.seen) return
    const fresh = steps.filter(({ step }) => step >= this.seen)
    if (fresh.length === 0) return
    const ahead = this.ahead
    this.rewind(this.seen)
    this.add(fresh)
    this.seen = fresh.at(-1)!.step + 1
    this.told(ahead)
  }

  /** Steps told by the training, in order. Those that are known are passed over. */
  told(steps: readonly StepMetric[]): void {
    const from = this.ahead.length === 0 ? this.seen : this.ahead.at(-1)!.step + 1
    const fresh = steps.filter(({ step }) => step >= from)
    if (fresh.length === 0) return
    this.add(fresh)
    if (this.ahead.length === 0 && fresh[0].step === this.seen) this.seen = fresh.at(-1)!.step + 1
    else this.ahead.push(...fresh)
  }

  /** The training begins again at this step: what lies beyond will come once more. */
  rewind(step: number): void {
    for (const line of this.lines.values()) line.truncate(countUpTo(line.x, step))
    this.ahead = this.ahead.filter((one) => one.step < step && step > this.seen)
    this.seen = Math.min(this.seen, step)
  }

  private add(steps: readonly StepMetric[]): void {
    for (const { task, step, loss } of steps) this.of(task).push(step + 1, loss)
  }
}
