/** The list of runs, as the search has it. */
import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import type { RunSummary } from '../../shared/api.ts'
import { ask, on } from '../bridge/index.ts'

export const useRuns = defineStore('runs', () => {
  const runs = ref<RunSummary[]>([])
  const search = ref('')
  /** Null until the first answer. */
  const about = ref<{ version: string; database: string } | null>(null)
  const loaded = ref(false)
  const error = ref<string | null>(null)
  let latest = 0

  async function load(): Promise<void> {
    // Answers may overtake each other while one types; only the newest counts.
    const request = ++latest
    try {
      about.value ??= await ask('studio.about', {})
      const found = await ask('runs.list', { search: search.value, limit: 1000 })
      if (request !== latest) return
      runs.value = found
      error.value = null
    } catch (reason) {
      if (request === latest) error.value = (reason as Error).message
    }
    loaded.value = true
  }

  watch(search, load)
  on('changed', () => void load())
  void load()
  return { runs, search, about, loaded, error, load }
})
