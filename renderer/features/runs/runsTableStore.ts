/** Search, filters, order and columns of the table of runs, which the page remembers; and the selected runs. */
import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { columnsFor, DEFAULT_COLUMNS, nameColumn } from './columns.ts'
import { entriesOf, type Entry } from './groups.ts'
import { filtered, sorted, type Filter, type Sort } from './filter.ts'
import { useRuns } from './runsStore.ts'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { shownStatus } from '../../ui/status.ts'
import { useActive } from './activeStore.ts'

interface Look extends Filter {
  sort: Sort
  /** Keys of the columns shown. */
  columns: string[]
  /** Whether runs that differ by seed alone are one row. */
  grouped: boolean
}

const DEFAULTS: Look = {
  search: '',
  tags: [],
  statuses: [],
  sort: { column: 'created', down: true },
  columns: DEFAULT_COLUMNS,
  grouped: true,
}

export const useRunsTable = defineStore('runsTable', () => {
  const store = useRuns()
  const active = useActive()
  const statusOf = (run: RunSummary) => shownStatus(run, active.of(run.id))
  // What an older version of the page stored may lack a part.
  const look = useStorage('runs.table', structuredClone(DEFAULTS), localStorage, {
    mergeDefaults: true,
    onError: () => {},
  })

  const allColumns = computed(() => columnsFor(store.tasks, statusOf))
  const columns = computed(() => [
    nameColumn,
    ...allColumns.value.filter(({ key }) => look.value.columns.includes(key)),
  ])
  const matching = computed(() => filtered(store.runs, look.value, statusOf))
  const rows = computed(() => {
    const column = [nameColumn, ...allColumns.value].find(({ key }) => key === look.value.sort.column)
    return column === undefined ? matching.value : sorted(matching.value, column, look.value.sort.down)
  })
  /** Groups that are open. */
  const open = shallowRef<ReadonlySet<string>>(new Set())
  /** The rows that are drawn: runs and groups of runs. */
  const entries = computed((): Entry[] => {
    if (!look.value.grouped) return rows.value.map((run): Entry => ({ kind: 'run', id: run.id, run, member: false }))
    const { column, down } = look.value.sort
    const by = [nameColumn, ...allColumns.value].find(({ key }) => key === column) ?? nameColumn
    return entriesOf(rows.value, by, down, open.value)
  })
  function toggleGroup(id: string): void {
    const now = new Set(open.value)
    if (!now.delete(id)) now.add(id)
    open.value = now
  }
  const narrowed = computed(
    () => look.value.search.trim() !== '' || look.value.tags.length > 0 || look.value.statuses.length > 0,
  )

  /** Sorting by the same column again reverses the order; numbers and times start with the highest. */
  function sortBy(key: string): void {
    const column = [nameColumn, ...allColumns.value].find((one) => one.key === key)
    const { sort } = look.value
    look.value.sort =
      sort.column === key
        ? { column: key, down: !sort.down }
        : { column: key, down: column?.number === true || key === 'created' }
  }

  function toggle(list: 'tags' | 'statuses' | 'columns', word: string): void {
    const before = look.value[list]
    look.value[list] = before.includes(word) ? before.filter((one) => one !== word) : [...before, word]
  }

  function showAll(): void {
    Object.assign(look.value, { search: '', tags: [], statuses: [] })
  }

  const selected = shallowRef<ReadonlySet<string>>(new Set())
  /** In the order of selection, without runs that are gone. */
  const selection = computed(() => {
    const byId = new Map(store.runs.map((run) => [run.id, run]))
    return [...selected.value].flatMap((id) => byId.get(id) ?? [])
  })
  function select(ids: readonly string[], on: boolean): void {
    const now = new Set(selected.value)
    for (const id of ids) {
      if (on) now.add(id)
      else now.delete(id)
    }
    selected.value = now
  }

  return {
    look,
    statusOf,
    allColumns,
    columns,
    rows,
    entries,
    toggleGroup,
    narrowed,
    sortBy,
    toggle,
    showAll,
    selected,
    selection,
    select,
  }
})
