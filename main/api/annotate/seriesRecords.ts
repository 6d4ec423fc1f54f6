/** The stored series of projects: reads and changes them, and reports every change. */
import { SERIES_KINDS, type Series, type SeriesPart, type StoredSeries } from '../../../shared/annotation/series.ts'
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
    return series.status === 'running' && !isAlive(owner) ? { ...series, status: 'interrupted' } : series
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
          if (this.get({ project, kind })?.owner === process.pid) this.update({ project, kind }, { owner: null })
        } catch {
          // Opening the project reports the damage.
        }
  }
}

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
