/** How the table of runs is looked at: search, filters, order and columns, which the page remembers; and what is selected in it. */
import { defineStore } from 'pinia'
import { computed, reactive, shallowRef, watch } from 'vue'
import { columnsFor, DEFAULT_COLUMNS, nameColumn } from './columns.ts'
import { filtered, sorted, type Filter, type Sort } from './filter.ts'
import { useRuns } from './runsStore.ts'

interface Look extends Filter {
  sort: Sort
  /** Keys of the columns shown. */
  columns: string[]
}

const KEY = 'runs.table'
const FRESH: Look = {
  search: '',
  tags: [],
  statuses: [],
  sort: { column: 'created', down: true },
  columns: DEFAULT_COLUMNS,
}

export const useRunsTable = defineStore('runsTable', () => {
  const store = useRuns()
  const look = reactive<Look>(remembered())
  watch(look, () => localStorage.setItem(KEY, JSON.stringify(look)))

  const allColumns = computed(() => columnsFor(store.tasks))
  const columns = computed(() => [nameColumn, ...allColumns.value.filter(({ key }) => look.columns.includes(key))])
  const matching = computed(() => filtered(store.runs, look))
  const rows = computed(() => {
    const column = [nameColumn, ...allColumns.value].find(({ key }) => key === look.sort.column)
    return column === undefined ? matching.value : sorted(matching.value, column, look.sort.down)
  })
  const narrowed = computed(() => look.search.trim() !== '' || look.tags.length > 0 || look.statuses.length > 0)

  /** The same column again turns the order; numbers and times start with the highest. */
  function sortBy(key: string): void {
    const column = [nameColumn, ...allColumns.value].find((one) => one.key === key)
    look.sort =
      look.sort.column === key
        ? { column: key, down: !look.sort.down }
        : { column: key, down: column?.number === true || key === 'created' }
  }

  function toggle(list: 'tags' | 'statuses' | 'columns', word: string): void {
    look[list] = look[list].includes(word) ? look[list].filter((one) => one !== word) : [...look[list], word]
  }

  function showAll(): void {
    Object.assign(look, { search: '', tags: [], statuses: [] })
  }

  const selected = shallowRef<ReadonlySet<string>>(new Set())
  /** Newest last, as they were selected; those that are gone are left out. */
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

  return { look, allColumns, columns, rows, narrowed, sortBy, toggle, showAll, selected, selection, select }
})

/** What an older page remembered may lack a part or hold what there is no longer. */
function remembered(): Look {
  try {
    return { ...structuredClone(FRESH), ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Look>) }
  } catch {
    return structuredClone(FRESH)
  }
}
