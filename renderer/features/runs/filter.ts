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

/** The order of two values of a column. Missing values come last in both directions. */
export function compared(a: string | number | null, b: string | number | null, down: boolean): number {
  const missing = (key: string | number | null) => key === null || key === '' || Number.isNaN(key)
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b))
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
  return down ? -order : order
}

/** Runs without a value come last in both directions; runs with equal values are sorted newest first. */
export function sorted(runs: readonly RunSummary[], { value }: Pick<Column, 'value'>, down: boolean): RunSummary[] {
  return runs
    .map((run) => ({ run, key: value(run) }))
    .toSorted((a, b) => compared(a.key, b.key, down) || (a.run.id < b.run.id ? 1 : -1))
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
