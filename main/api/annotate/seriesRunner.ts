/**
 * Trains the parts of a series one after the other, as runs of the studio: they queue, stop and resume like any run. What
 * is done is kept with the project, and the run that did it is deleted; what is under way is resumed. A program that is
 * killed leaves a series that is interrupted, with the results that were kept.
 */
import { SERIES_KINDS, type Series, type StoredSeries } from '../../../shared/annotation/series.ts'
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { Disposable } from '../../../shared/util/disposable.ts'
import { thisProcess } from '../../store/owner.ts'
import type { ApiContext } from '../types.ts'
import { AnnotateError } from './errors.ts'
import { runOf } from './plan.ts'
import { runWith } from './seriesLeftovers.ts'
import { removeParts, seriesFolder } from './seriesParts.ts'
import { SeriesRecords } from './seriesRecords.ts'
import { partResult } from './seriesResult.ts'
import { SeriesRuns } from './seriesRuns.ts'
import { newSeries, partConfig, trainOnAll } from './seriesSteps.ts'
import type { Place, SeriesTrainings } from './seriesTypes.ts'

type Context = Pick<ApiContext, 'store' | 'uploads' | 'trainer' | 'notify' | 'log' | 'trainingSettings'>

export class SeriesRunner implements SeriesTrainings, Disposable {
  private readonly context: Context
  private readonly records: SeriesRecords
  private readonly runs: SeriesRuns
  private closed = false

  constructor(context: Context) {
    this.context = context
    this.records = new SeriesRecords(context)
    const failed = (error: unknown) => context.log.warn('the trainings of a project cannot continue', error)
    this.runs = new SeriesRuns(context, (place, run, resumes) => void this.settle(place, run, resumes).catch(failed))
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
    return { run: this.records.get(place)!.parts[0].run! }
  }

  async resume(place: Place): Promise<void> {
    const status = this.view(place)?.status
    if (status === undefined || status === 'running' || status === 'finished')
      throw new AnnotateError('noTraining', `There is nothing to resume: these trainings are ${status ?? 'not there'}.`)
    this.records.update(place, { status: 'running', problem: null, owner: thisProcess() })
    await this.continue(place)
  }

  stop(place: Place): void {
    if (this.view(place)?.status !== 'running') return
    this.records.update(place, { status: 'stopped', owner: null })
    this.runs.stop(place)
  }

  view(place: Place): Series | null {
    return this.records.view(place)
  }

  /** Forgets a series, its files and its run. */
  async discard({ project, kind }: Place): Promise<void> {
    const { store } = this.context
    const series = this.records.get({ project, kind })
    if (series === null) return
    store.annotation.setSeries(project, kind, null)
    for (const { run } of series.parts) if (run !== null) this.runs.remove(run)
    await removeParts(seriesFolder(store, series.id))
  }

  async discardAll(project: string): Promise<void> {
    for (const kind of SERIES_KINDS) await this.discard({ project, kind })
  }

  /** Call with every event. */
  observe({ name }: EventMessage): void {
    if (name === 'active' && !this.closed) this.runs.check()
  }

  /** What is under way is interrupted. Its run is stopped with the other trainings. */
  dispose(): void {
    this.closed = true
    this.records.release()
    this.runs.clear()
  }

  /** Keeps what is done and starts or resumes the first part that is not. */
  private async next(place: Place): Promise<void> {
    for (;;) {
      const series = this.records.get(place)
      if (series === null || series.status !== 'running' || this.closed) return
      this.deleteKept(place, series)
      const i = series.parts.findIndex(({ result }) => result === null)
      if (i < 0) return this.finish(place, series)
      const run = this.runOfPart(series, i)
      if (run?.status !== 'finished') return this.train(place, series, i, run)
      this.records.updatePart(place, i, { run: run.id, result: partResult(this.context.store, run) })
    }
  }

  /** Deletes the runs whose results are kept. */
  private deleteKept(place: Place, { parts }: StoredSeries): void {
    const { store, notify } = this.context
    for (const [i, { run, result }] of parts.entries()) {
      if (run === null || result === null) continue
      if (runOf(store, run) !== null) store.deleteRun(run)
      this.records.updatePart(place, i, { run: null })
      notify({ name: 'changed', data: {} })
    }
  }

  /** A program that was killed may have created the run without noting it. */
  private runOfPart(series: StoredSeries, i: number): RunRecord | null {
    const { store } = this.context
    const { run } = series.parts[i]
    return (run === null ? null : runOf(store, run)) ?? runWith(store, partConfig(store, series, i))
  }

  /** Starts or resumes the run of a part; `settle` follows when it is over. */
  private async train(place: Place, series: StoredSeries, i: number, begun: RunRecord | null): Promise<void> {
    const { store, trainer } = this.context
    const run = begun?.id ?? (await trainer.start(partConfig(store, series, i))).run
    if (begun !== null) this.runs.resume(begun)
    if (this.records.get(place)?.id !== series.id) return this.runs.remove(run)
    this.records.updatePart(place, i, { run })
    if (this.closed) return
    // It may have been stopped while its data was read.
    if (!this.records.isRunning(place)) this.runs.stopRun(run)
    this.runs.watch(run, place)
  }

  /** After a run is over, however it ended. */
  private async settle(place: Place, run: string, resumes: boolean): Promise<void> {
    const record = runOf(this.context.store, run)
    if (record?.status === 'finished' || (resumes && record?.status === 'stopped')) return this.continue(place)
    if (record?.status === 'failed')
      this.records.update(place, { status: 'failed', problem: record.message ?? `The run ${run} failed.`, owner: null })
    else this.records.update(place, { status: 'stopped', owner: null })
  }

  /** As `next`, but a problem is kept with the series. */
  private async continue(place: Place): Promise<void> {
    try {
      await this.next(place)
    } catch (error) {
      if (this.closed || this.records.get(place) === null) return
      this.context.log.warn(`the trainings of the project ${place.project} failed`, error)
      this.records.update(place, { status: 'failed', problem: (error as Error).message, owner: null })
    }
  }

  /** The last step of cross-validation is a model that learns from everything. */
  private async finish(place: Place, series: StoredSeries): Promise<void> {
    if (place.kind === 'folds') await trainOnAll(this.context, place.project, series)
    this.records.update(place, { status: 'finished', owner: null })
    await removeParts(seriesFolder(this.context.store, series.id))
  }
}
