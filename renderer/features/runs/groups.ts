/** Runs that differ by seed alone, as one row of the table of runs. No DOM. */
import type { RunSummary } from '../../../shared/runs/records.ts'
import { seedGroupName } from '../../../shared/runs/seedGroups.ts'
import { duration, score, when } from '../../../shared/util/format.ts'
import { spread, type Spread } from '../../../shared/util/spread.ts'
import type { ShownStatus } from '../../ui/status.ts'
import type { Column } from './columns.ts'
import { compared } from './filter.ts'

export interface RunEntry {
  kind: 'run'
  id: string
  run: RunSummary
  /** Whether it stands below the row of its group. */
  member: boolean
}

export interface GroupEntry {
  kind: 'group'
  id: string
  /** In the order of the table. */
  runs: RunSummary[]
  open: boolean
}

export type Entry = RunEntry | GroupEntry

/**
 * The rows of the table: sorted runs, those of a group as one row in the place that its value has in the order (the mean
 * where the column has numbers), followed by its runs while it is open.
 */
export function entriesOf(
  sortedRuns: readonly RunSummary[],
  column: Pick<Column, 'value' | 'number'>,
  down: boolean,
  open: ReadonlySet<string>,
): Entry[] {
  const groups = new Map<string, RunSummary[]>()
  for (const run of sortedRuns) {
    const key = run.group === '' ? run.id : run.group
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [run])
    else known.push(run)
  }
  const isOne = (runs: readonly RunSummary[]) => runs.every(({ seed }) => seed === runs[0].seed)
  const units = [...groups].flatMap(([key, runs]) => {
    // Repetitions of one seed are not a sample over seeds.
    const parts = runs.length === 1 || isOne(runs) ? runs.map((run) => [run]) : [runs]
    return parts.map((part) => ({ key, runs: part, value: valueOf(part, column), newest: newestId(part) }))
  })
  return units
    .toSorted((a, b) => compared(a.value, b.value, down) || (a.newest < b.newest ? 1 : -1))
    .flatMap(({ key, runs }): Entry[] => {
      const rows = (member: boolean) => runs.map((run): Entry => ({ kind: 'run', id: run.id, run, member }))
      if (runs.length === 1) return rows(false)
      const isOpen = open.has(key)
      return [{ kind: 'group', id: key, runs, open: isOpen }, ...(isOpen ? rows(true) : [])]
    })
}

const newestId = (runs: readonly RunSummary[]) => runs.reduce((id, run) => (run.id > id ? run.id : id), '')

function valueOf(runs: readonly RunSummary[], column: Pick<Column, 'value' | 'number'>): string | number | null {
  if (runs.length === 1 || column.number !== true) return column.value(runs[0])
  return spreadOf(runs, column)?.mean ?? null
}

/** Over the finished runs, each seed once, with its newest run. */
export function spreadOf(runs: readonly RunSummary[], column: Pick<Column, 'value'>): Spread | null {
  const seeds = new Map<number, RunSummary>()
  for (const run of runs) {
    if (run.status === 'finished' && (seeds.get(run.seed)?.id ?? '') < run.id) seeds.set(run.seed, run)
  }
  return spread([...seeds.values()].map((run) => column.value(run)).filter((value) => typeof value === 'number'))
}

export const groupName = (runs: readonly RunSummary[]) => seedGroupName(runs.map(({ name }) => name))

/** "4 finished, 1 running". */
export function statusText(runs: readonly RunSummary[], statusOf: (run: RunSummary) => ShownStatus): string {
  const counts = Map.groupBy(runs, statusOf)
  return [...counts].map(([status, all]) => `${all.length} ${status}`).join(', ')
}

/** The text of a group in a column, with a second, smaller line and a tooltip. */
export function groupText(
  runs: readonly RunSummary[],
  column: Column,
): { text: string; detail: string; hint?: string } {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].toSorted((a, b) => a - b)
  if (column.key === 'seed') return { text: `${seeds.length} seeds`, detail: '' }
  if (column.key === 'created') {
    const newest = when(runs.find(({ id }) => id === newestId(runs))!.createdAt)
    return { text: newest.slice(0, 10), detail: 'newest' }
  }
  if (column.key === 'worked') {
    const seconds = runs.reduce((sum, { workedSeconds }) => sum + workedSeconds, 0)
    return { text: seconds === 0 ? '–' : duration(seconds), detail: 'in all' }
  }
  if (column.key === 'trainings') {
    const [done, planned] = (['done', 'planned'] as const).map((key) =>
      runs.reduce((sum, { trainings }) => sum + trainings[key], 0),
    )
    return { text: `${done} of ${planned}`, detail: '' }
  }
  if (column.number === true) {
    const found = spreadOf(runs, column)
    if (found === null) return { text: '–', detail: '' }
    return {
      text: score(found.mean),
      detail: found.deviation === null ? 'one seed' : `± ${score(found.deviation)}`,
      hint: `n = ${found.values.length} finished seeds: ${found.values.map(score).join(', ')}`,
    }
  }
  const texts = new Set(runs.map((run) => column.text(run)))
  return { text: texts.size === 1 ? [...texts][0] : '', detail: '' }
}
