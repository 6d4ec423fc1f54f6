/** The trainings of series as the handlers see them. */
import type { Series, SeriesKind } from '../../../shared/annotation/series.ts'

/** A series of a project. */
export interface Place {
  project: string
  kind: SeriesKind
}

export interface SeriesTrainings {
  /** Replaces the series of this kind. Throws AnnotateError 'noTraining'; then the old one is kept. */
  start(place: Place, folds: boolean): Promise<{ run: string }>
  /** Continues with the part that is not done. Throws AnnotateError 'noTraining'. */
  resume(place: Place): Promise<void>
  /** Asks for a stop at a checkpoint. */
  stop(place: Place): void
  /** A series whose program ended is interrupted. Null where there is none. */
  view(place: Place): Series | null
  /** Forgets one series, its files and its run. Throws a StoreError 'damaged'. */
  discard(place: Place): Promise<void>
  /** Forgets the series of a project, their files and their runs. */
  discardAll(project: string): Promise<void>
}
