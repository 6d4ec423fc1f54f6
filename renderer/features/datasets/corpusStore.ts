/** The corpus that is open. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { CorpusDetail } from '../../../shared/protocol/requests/datasets.ts'
import { ask, on } from '../../bridge/index.ts'
import { usePlace } from '../../ui/place.ts'

export const useCorpus = defineStore('corpus', () => {
  const place = usePlace()
  /** The corpus that is open; null while it is not known. */
  const detail = shallowRef<CorpusDetail | null>(null)
  const detailError = shallowRef<string | null>(null)

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

  watch(
    () => [place.view, place.id],
    () => {
      detail.value = null
      detailError.value = null
      void loadDetail()
    },
    { immediate: true },
  )
  on('changed', () => void loadDetail())
  return { detail, detailError }
})
