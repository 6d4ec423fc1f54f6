/** Which runs of the list are shown, and in which order. No DOM. */
import type { RunSummary } from '../../../shared/runs/records.ts'
import type { ShownStatus } from '../../ui/status.ts'
import type { Column } from './columns.ts'

export interface Filter {
  /** Words; each must occur in the name, id, tags, tasks, methods or status of a run. */
  search: string
  /** A run must have all of these. */
  tags: string[]
  /** A run must have one of these; empty: any status. */
  statuses: string[]
}

export interface Sort {
  /** Key of the column. */
  column: string
  down: boolean
}

export function filtered(
  runs: readonly RunSummary[],
  { search, tags, statuses }: Filter,
  statusOf: (run: RunSummary) => ShownStatus,
): RunSummary[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return runs.filter((run) => {
    if (statuses.length > 0 && !statuses.includes(statusOf(run))) return false
    if (!tags.every((tag) => run.tags.includes(tag))) return false
    if (words.length === 0) return true
    const text = [
      run.name,
      run.id,
      statusOf(run),
      run.notes,
      run.pinned ? 'baseline' : '',
      ...run.tags,
      ...run.tasks,
      ...run.methods,
    ]
      .join('\n')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Runs without a value come last in both directions; runs with equal values are sorted newest first. */
export function sorted(runs: readonly RunSummary[], { value }: Pick<Column, 'value'>, down: boolean): RunSummary[] {
  const keyed = runs.map((run) => ({ run, key: value(run) }))
  const missing = (key: string | number | null) => key === null || key === '' || Number.isNaN(key)
  const newest = (a: RunSummary, b: RunSummary) => (a.id < b.id ? 1 : -1)
  return keyed
    .toSorted((a, b) => {
      if (missing(a.key) || missing(b.key))
        return Number(missing(a.key)) - Number(missing(b.key)) || newest(a.run, b.run)
      const order =
        typeof a.key === 'number' && typeof b.key === 'number'
          ? a.key - b.key
          : collator.compare(String(a.key), String(b.key))
      return (down ? -order : order) || newest(a.run, b.run)
    })
    .map(({ run }) => run)
}

/** Each word with its count, the most frequent first. */
export function counted(words: Iterable<string>): { word: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .toSorted((a, b) => b.count - a.count || collator.compare(a.word, b.word))
}

/** The new list, with unchanged runs taken from the old one, so that their rows are not drawn again. */
export function keepingSame(before: readonly RunSummary[], now: readonly RunSummary[]): RunSummary[] {
  const old = new Map(before.map((run) => [run.id, run]))
  return now.map((run) => {
    const same = old.get(run.id)
    return same !== undefined && JSON.stringify(same) === JSON.stringify(run) ? same : run
  })
}
