/** The corpus that is open. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { CorpusDetail } from '../../../shared/protocol/requests/datasets.ts'
import { ask, on } from '../../bridge/index.ts'
import { useIdIn } from '../../ui/routes.ts'

export const useCorpus = defineStore('corpus', () => {
  const id = useIdIn('dataset')
  /** Null while it is not known. */
  const detail = shallowRef<CorpusDetail | null>(null)
  const detailError = shallowRef<string | null>(null)

  async function loadDetail(): Promise<void> {
    const corpus = id.value
    if (corpus === null) return
    try {
      const found = await ask('datasets.get', { corpus })
      if (id.value !== corpus) return
      detail.value = found
      detailError.value = null
    } catch (reason) {
      if (id.value === corpus) detailError.value = (reason as Error).message
    }
  }

  watch(
    id,
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
