/** All runs, followed while a view that lists them is open. */
import { defineStore } from 'pinia'
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { ask, on } from '../../bridge/index.ts'
import { counted, keepingSame } from './filter.ts'

/** While something trains the database changes all the time: the list is asked for this often at most, in milliseconds. */
const EVERY_MS = 2500
const MOST = 10_000

export const useRuns = defineStore('runs', () => {
  const runs = shallowRef<RunSummary[]>([])
  /** Null until the first answer. */
  const about = ref<{ version: string; database: string } | null>(null)
  const loaded = ref(false)
  const error = ref<string | null>(null)
  let followers = 0
  let latest = 0
  let loadedAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null

  async function load(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    // Answers may overtake each other; only the newest counts.
    const request = ++latest
    loadedAt = performance.now()
    try {
      about.value ??= await ask('studio.about', {})
      const found = await ask('runs.list', { limit: MOST })
      if (request !== latest) return
      runs.value = keepingSame(runs.value, found)
      error.value = null
    } catch (reason) {
      if (request === latest) error.value = (reason as Error).message
    }
    loaded.value = true
  }

  on('changed', () => {
    if (followers > 0) timer ??= setTimeout(() => void load(), Math.max(0, loadedAt + EVERY_MS - performance.now()))
  })

  /** What was changed from here is known without asking for the whole list; null: the run is gone. */
  function amend(id: string, change: Partial<RunSummary> | null): void {
    runs.value = runs.value.flatMap((run) => (run.id !== id ? [run] : change === null ? [] : [{ ...run, ...change }]))
    // An answer under way is from before.
    latest++
  }

  /** Keeps the list up to date for as long as the calling component is there. */
  function follow(): void {
    followers++
    void load()
    onBeforeUnmount(() => {
      followers--
    })
  }

  /** All tags there are, the most used first. */
  const tags = computed(() => counted(runs.value.flatMap((run) => run.tags)))
  const tasks = computed(() => counted(runs.value.flatMap((run) => run.tasks)).map(({ word }) => word))
  return { runs, tags, tasks, about, loaded, error, load, amend, follow }
})
