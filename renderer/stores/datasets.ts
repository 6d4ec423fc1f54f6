/** The catalogue of corpora, and the corpus that is open. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Corpus, CorpusDetail } from '../../shared/requests/datasets.ts'
import { ask, on } from '../bridge/index.ts'
import { usePlace } from './place.ts'

export const useDatasets = defineStore('datasets', () => {
  const place = usePlace()
  const corpora = shallowRef<Corpus[]>([])
  const loaded = shallowRef(false)
  const error = shallowRef<string | null>(null)
  /** The corpus that is open; null while it is not known. */
  const detail = shallowRef<CorpusDetail | null>(null)
  const detailError = shallowRef<string | null>(null)

  async function load(): Promise<void> {
    try {
      corpora.value = await ask('datasets.list', {})
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
    loaded.value = true
  }

  async function loadDetail(): Promise<void> {
    const id = place.id
    if (place.view !== 'dataset' || id === null) return
    try {
      const found = await ask('datasets.get', { corpus: id })
      if (place.id !== id) return
      detail.value = found
      detailError.value = null
    } catch (reason) {
      if (place.id === id) detailError.value = (reason as Error).message
    }
  }

  watch(() => [place.view, place.id], () => {
    detail.value = null
    detailError.value = null
    void loadDetail()
  }, { immediate: true })
  on('changed', () => {
    void load()
    void loadDetail()
  })
  void load()
  return { corpora, loaded, error, detail, detailError, load }
})
