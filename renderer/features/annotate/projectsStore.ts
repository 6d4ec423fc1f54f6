/** All corrections. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import { ask, on } from '../../bridge/index.ts'

export const useProjects = defineStore('projects', () => {
  const all = shallowRef<ProjectSummary[]>([])
  const loaded = ref(false)
  const error = shallowRef<string | null>(null)

  async function load(): Promise<void> {
    try {
      all.value = await ask('annotate.list', {})
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
    loaded.value = true
  }

  on('annotate', () => void load())
  on('changed', () => void load())
  void load()
  return { all, loaded, error, load }
})
