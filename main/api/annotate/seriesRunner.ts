/**
 * Trains the parts of a series one after the other, as runs of the studio: they queue, stop and resume like any run. What
 * is done is kept with the project, and the run that did it is deleted; what is under way is resumed.
 */
import { SERIES_KINDS, type Series, type SeriesPart, type StoredSeries } from '../../../shared/annotation/series.ts'
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { Disposable } from '../../../shared/util/disposable.ts'
import type { ApiContext } from '../types.ts'
import { onFiles } from './config.ts'
import { AnnotateError } from './errors.ts'
import { runOf } from './plan.ts'
import { partFiles, removeParts, seriesFolder } from './seriesParts.ts'
import { partResult } from './seriesResult.ts'
import { newSeries, partName, trainOnAll } from './seriesSteps.ts'
import type { Place, SeriesTrainings } from './seriesTypes.ts'

type Context = Pick<ApiContext, 'store' | 'uploads' | 'trainer' | 'notify' | 'log' | 'trainingSettings'>

export class SeriesRunner implements SeriesTrainings, Disposable {
  private readonly context: Context
  /** The series that each run under way belongs to. */
  private readonly watched = new Map<string, Place>()
  /** Runs of series that were discarded: deleted once they have stopped. */
  private readonly orphans = new Set<string>()
  /** Runs that are to be resumed once they have reached the checkpoint that they were asked to stop at. */
  private readonly resuming = new Set<string>()
  private closed = false

  constructor(context: Context) {
    this.context = context
  }

  async start(place: Place, folds: boolean): Promise<{ run: string }> {
    if (this.view(place)?.status === 'running')
      throw new AnnotateError('noTraining', 'These trainings are under way already: stop them first.')
    const series = await newSeries(this.context, place, folds)
    await this.discard(place)
    this.context.store.annotation.setSeries(place.project, place.kind, series)
    try {
      await this.next(place)
    } catch (error) {
      await this.discard(place)
      throw error
    }
    return { run: this.get(place)!.parts[0].run! }
  }

  async resume(place: Place): Promise<void> {
    const status = this.view(place)?.status
    if (status === undefined || status === 'running' || status === 'finished')
      throw new AnnotateError('noTraining', `There is nothing to resume: these trainings are ${status ?? 'not there'}.`)
    this.update(place, { status: 'running', problem: null, owner: process.pid })
    await this.continue(place)
  }

  stop(place: Place): void {
    if (this.view(place)?.status !== 'running') return
    this.update(place, { status: 'stopped', owner: null })
    for (const [run, at] of this.watched) {
      if (!isSame(at, place)) continue
      this.resuming.delete(run)
      this.stopRun(run)
    }
  }

  view({ project, kind }: Place): Series | null {
    const stored = this.get({ project, kind })
    if (stored === null) return null
    const { id: _, config: _config, owner, ...series } = stored
    return series.status === 'running' && !isAlive(owner) ? { ...series, status: 'interrupted' } : series
  }

  /** Forgets a series, its files and its run. */
  async discard({ project, kind }: Place): Promise<void> {
    const { store, trainer } = this.context
    const series = this.get({ project, kind })
    if (series === null) return
    store.annotation.setSeries(project, kind, null)
    for (const { run } of series.parts) {
      if (run === null || runOf(store, run) === null) continue
      this.watched.delete(run)
      if (trainer.active().some((one) => one.run === run)) this.abandon(run)
      else store.deleteRun(run)
    }
    await removeParts(seriesFolder(store, series.id))
  }

  async discardAll(project: string): Promise<void> {
    for (const kind of SERIES_KINDS) await this.discard({ project, kind })
  }

  /** Call with every event. */
  observe({ name }: EventMessage): void {
    if (name === 'active') this.check()
  }

  /** What is under way is interrupted. Its run is stopped with the other trainings. */
  dispose(): void {
    this.closed = true
    const { annotation } = this.context.store
    for (const { id: project } of annotation.list())
      for (const kind of SERIES_KINDS)
        if (this.get({ project, kind })?.owner === process.pid) this.update({ project, kind }, { owner: null })
    this.watched.clear()
    this.orphans.clear()
  }

  private check(): void {
    if (this.watched.size + this.orphans.size === 0 || this.closed) return
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
      void this.settle(place, run)
    }
  }

  /** After a run is over, however it ended. */
  private async settle(place: Place, run: string): Promise<void> {
    const record = runOf(this.context.store, run)
    if (this.get(place) === null) return
    const resumes = this.resuming.delete(run) && record?.status === 'stopped'
    if (record?.status === 'finished' || resumes) return this.continue(place)
    if (record?.status === 'failed')
      this.update(place, { status: 'failed', problem: record.message ?? `The run ${run} failed.`, owner: null })
    else this.update(place, { status: 'stopped', owner: null })
  }

  /** As `next`, but a problem is kept with the series. */
  private async continue(place: Place): Promise<void> {
    try {
      await this.next(place)
    } catch (error) {
      if (this.closed || this.get(place) === null) return
      this.context.log.warn(`the trainings of the project ${place.project} failed`, error)
      this.update(place, { status: 'failed', problem: (error as Error).message, owner: null })
    }
  }

  /** Keeps what is done and starts or resumes the first part that is not. */
  private async next(place: Place): Promise<void> {
    const { store, trainer } = this.context
    for (;;) {
      const series = this.get(place)
      if (series === null || series.status !== 'running' || this.closed) return
      if (this.deleteKept(place, series)) continue
      const i = series.parts.findIndex(({ result }) => result === null)
      if (i < 0) return this.finish(place, series)
      const { run } = series.parts[i]
      const record = run === null ? null : runOf(store, run)
      if (record?.status === 'finished') {
        this.updatePart(place, i, { result: partResult(store, record) })
        continue
      }
      if (record !== null) {
        if (trainer.active().some((one) => one.run === record.id)) this.resuming.add(record.id)
        else trainer.resume(record.id)
        return this.watch(record.id, place)
      }
      const config = onFiles(series.config, partName(series, i), partFiles(seriesFolder(store, series.id), i))
      const started = await trainer.start(config)
      if (this.get(place)?.id !== series.id) return this.abandon(started.run)
      this.updatePart(place, i, { run: started.run })
      return this.watch(started.run, place)
    }
  }

  /** Deletes the runs whose results are kept. Returns whether there was one. */
  private deleteKept(place: Place, { parts }: StoredSeries): boolean {
    const { store, notify } = this.context
    const i = parts.findIndex(({ run, result }) => run !== null && result !== null)
    if (i < 0) return false
    if (runOf(store, parts[i].run!) !== null) store.deleteRun(parts[i].run!)
    this.updatePart(place, i, { run: null })
    notify({ name: 'changed', data: {} })
    return true
  }

  private watch(run: string, place: Place): void {
    if (this.closed) return
    this.watched.set(run, place)
    // It may have been stopped while its data was read, or be over by now.
    if (this.get(place)?.status !== 'running') this.stopRun(run)
    this.check()
  }

  /** The last step of cross-validation is a model that learns from everything. */
  private async finish(place: Place, series: StoredSeries): Promise<void> {
    if (place.kind === 'folds') await trainOnAll(this.context, place.project, series)
    this.update(place, { status: 'finished', owner: null })
    await removeParts(seriesFolder(this.context.store, series.id))
  }

  private abandon(run: string): void {
    this.orphans.add(run)
    this.stopRun(run)
    this.check()
  }

  private stopRun(run: string): void {
    try {
      this.context.trainer.stop(run)
    } catch {
      // It ended meanwhile.
    }
  }

  private get({ project, kind }: Place): StoredSeries | null {
    return this.context.store.annotation.series(project, kind)
  }

  private update(place: Place, change: Partial<StoredSeries>): void {
    const series = this.get(place)
    if (series === null) return
    this.context.store.annotation.setSeries(place.project, place.kind, { ...series, ...change })
    this.context.notify({ name: 'annotate', data: { project: place.project, suggesting: null } })
  }

  private updatePart(place: Place, i: number, change: Partial<SeriesPart>): void {
    const { parts } = this.get(place)!
    this.update(place, { parts: parts.map((part, at) => (at === i ? { ...part, ...change } : part)) })
  }
}

const isSame = (a: Place, b: Place) => a.project === b.project && a.kind === b.kind

/** Whether the process that trains it lives. */
function isAlive(owner: number | null): boolean {
  if (owner === null) return false
  try {
    process.kill(owner, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
