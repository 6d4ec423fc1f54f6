/** The runs of series that are in training: waits for their ends, stops them, deletes those of discarded series. */
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { ApiContext } from '../types.ts'
import { runOf } from './plan.ts'
import type { Place } from './seriesTypes.ts'

type Context = Pick<ApiContext, 'store' | 'trainer' | 'log'>

export class SeriesRuns {
  private readonly context: Context
  private readonly onEnd: (place: Place, run: string, resumes: boolean) => void
  /** The series that each run in training belongs to. */
  private readonly watched = new Map<string, Place>()
  /** Runs of series that were discarded: deleted once they have stopped. */
  private readonly orphans = new Set<string>()
  /** Runs that are to be resumed once they have reached the checkpoint that they were asked to stop at. */
  private readonly resuming = new Set<string>()

  /** `onEnd` is called when a run is over, however it ended; `resumes`: it is to be resumed. */
  constructor(context: Context, onEnd: (place: Place, run: string, resumes: boolean) => void) {
    this.context = context
    this.onEnd = onEnd
  }

  watch(run: string, place: Place): void {
    this.watched.set(run, place)
    this.check()
  }

  /** Queues a run that was interrupted or stopped, or waits for it where it is stopping. */
  resume({ id }: RunRecord): void {
    if (this.isActive(id)) this.resuming.add(id)
    else this.context.trainer.resume(id)
  }

  /** Stops the run of a series at a checkpoint. */
  stop({ project, kind }: Place): void {
    for (const [run, at] of this.watched) {
      if (at.project !== project || at.kind !== kind) continue
      this.resuming.delete(run)
      this.stopRun(run)
    }
  }

  stopRun(run: string): void {
    try {
      this.context.trainer.stop(run)
    } catch {
      // It ended meanwhile.
    }
  }

  /** Deletes a run, once it has stopped. */
  remove(run: string): void {
    this.watched.delete(run)
    if (runOf(this.context.store, run) === null) return
    if (!this.isActive(run)) return void this.context.store.deleteRun(run)
    this.orphans.add(run)
    this.stopRun(run)
    this.check()
  }

  /** Call when the list of active runs has changed. */
  check(): void {
    if (this.watched.size + this.orphans.size === 0) return
    const { trainer, store, log } = this.context
    const active = new Set(trainer.active().map(({ run }) => run))
    for (const run of this.orphans) {
      if (active.has(run)) continue
      this.orphans.delete(run)
      try {
        store.deleteRun(run)
      } catch (error) {
        log.warn(`the run ${run} could not be deleted`, error)
      }
    }
    for (const [run, place] of this.watched) {
      if (active.has(run)) continue
      this.watched.delete(run)
      this.onEnd(place, run, this.resuming.delete(run))
    }
  }

  clear(): void {
    this.watched.clear()
    this.orphans.clear()
  }

  private isActive(run: string): boolean {
    return this.context.trainer.active().some((one) => one.run === run)
  }
}
