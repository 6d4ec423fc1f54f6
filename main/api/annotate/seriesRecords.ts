/** The stored series of projects: reads and changes them, and reports every change. */
import { SERIES_KINDS, type Series, type SeriesPart, type StoredSeries } from '../../../shared/annotation/series.ts'
import { isAlive, sameOwner, thisProcess } from '../../store/owner.ts'
import type { ApiContext } from '../types.ts'
import type { Place } from './seriesTypes.ts'

export class SeriesRecords {
  private readonly context: Pick<ApiContext, 'store' | 'notify'>

  constructor(context: Pick<ApiContext, 'store' | 'notify'>) {
    this.context = context
  }

  /** Throws a StoreError 'missing', 'damaged'. */
  get({ project, kind }: Place): StoredSeries | null {
    return this.context.store.annotation.series(project, kind)
  }

  /** As a page sees it: without what only the program needs. */
  view(place: Place): Series | null {
    const stored = this.get(place)
    if (stored === null) return null
    const { id: _, config: _config, owner, ...series } = stored
    return series.status === 'running' && !isTrained(owner) ? { ...series, status: 'interrupted' } : series
  }

  isRunning(place: Place): boolean {
    return this.get(place)?.status === 'running'
  }

  /** Nothing happens where it was discarded meanwhile. */
  update({ project, kind }: Place, change: Partial<StoredSeries>): void {
    const series = this.get({ project, kind })
    if (series === null) return
    this.context.store.annotation.setSeries(project, kind, { ...series, ...change })
    this.context.notify({ name: 'annotate', data: { project, suggesting: null } })
  }

  updatePart(place: Place, i: number, change: Partial<SeriesPart>): void {
    const series = this.get(place)
    if (series === null) return
    this.update(place, { parts: series.parts.map((part, at) => (at === i ? { ...part, ...change } : part)) })
  }

  /** What this process trains is interrupted when it ends. A damaged series is left as it is. */
  release(): void {
    for (const { id: project } of this.context.store.annotation.list())
      for (const kind of SERIES_KINDS)
        try {
          if (isOwn(this.get({ project, kind })?.owner ?? null)) this.update({ project, kind }, { owner: null })
        } catch {
          // Opening the project reports the damage.
        }
  }
}

/** Series of earlier versions have the id of the process alone, which a later process may have. */
const isOwn = (owner: StoredSeries['owner']): boolean =>
  owner !== null && typeof owner !== 'number' && sameOwner(owner, thisProcess())

/** Whether the process that trains it lives. On another machine none can be looked up. */
const isTrained = (owner: StoredSeries['owner']): boolean =>
  owner !== null && typeof owner !== 'number' && isAlive(owner, 0)
