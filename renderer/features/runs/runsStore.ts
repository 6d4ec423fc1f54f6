/** All runs, kept up to date while a view that lists them is open. */
import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { ask, on } from '../../bridge/index.ts'
import { counted, keepingSame } from './filter.ts'

/** While a run trains, the database changes all the time: the list is requested this often at most, in milliseconds. */
const EVERY_MS = 2500
const LIMIT = 10_000

export const useRuns = defineStore('runs', () => {
  const runs = shallowRef<RunSummary[]>([])
  const loaded = ref(false)
  const error = ref<string | null>(null)
  let followers = 0
  let latest = 0

  async function load(): Promise<void> {
    // Answers may overtake each other; only the newest counts.
    const request = ++latest
    try {
      const found = await ask('runs.list', { limit: LIMIT })
      if (request !== latest) return
      runs.value = keepingSame(runs.value, found)
      error.value = null
    } catch (reason) {
      if (request === latest) error.value = (reason as Error).message
    }
    loaded.value = true
  }

  const loadSoon = useThrottleFn(load, EVERY_MS, true)
  on('changed', () => {
    if (followers > 0) void loadSoon()
  })

  /** Applies a change made in this window without loading the whole list; null: the run was deleted. */
  function amend(id: string, change: Partial<RunSummary> | null): void {
    runs.value = runs.value.flatMap((run) => (run.id !== id ? [run] : change === null ? [] : [{ ...run, ...change }]))
    // An answer under way is older than this change.
    latest++
  }

  /** Keeps the list up to date while the calling component is mounted. */
  function follow(): void {
    followers++
    void load()
    onBeforeUnmount(() => {
      followers--
    })
  }

  /** All tags in use, the most frequent first. */
  const tags = computed(() => counted(runs.value.flatMap((run) => run.tags)))
  const tasks = computed(() => counted(runs.value.flatMap((run) => run.tasks)).map(({ word }) => word))
  return { runs, tags, tasks, loaded, error, load, amend, follow }
})
