/** The imported corpora. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Corpus } from '../../../shared/protocol/requests/datasets.ts'
import { ask, on } from '../../bridge/index.ts'

export const useCatalogue = defineStore('catalogue', () => {
  const corpora = shallowRef<Corpus[]>([])
  const loaded = ref(false)
  const error = shallowRef<string | null>(null)

  async function load(): Promise<void> {
    try {
      corpora.value = await ask('datasets.list', {})
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
    loaded.value = true
  }

  on('changed', () => void load())
  void load()
  return { corpora, loaded, error, load }
})
