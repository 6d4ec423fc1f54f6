/** The browser of sentences: its filter, and the page of sentences that fit. */
import { watchDebounced } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { Wanted } from '../../../shared/analysis/sentenceFilter.ts'
import type { Requests } from '../../../shared/protocol/api.ts'
import type { SentencePage } from '../../../shared/protocol/requests/analysis.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import { ask } from '../../bridge/index.ts'
import { useAnalysis } from './analysisStore.ts'

export const PAGE_SIZE = 20
/** Milliseconds after the last key before a word is looked for. */
const TYPING_MS = 120

const EMPTY = {
  wanted: 'error' as Wanted,
  label: null as string | null,
  rightWith: null as Method | null,
  word: '',
  unseen: false,
  least: null as number | null,
  most: null as number | null,
}

export const useSentences = defineStore('sentences', () => {
  const analysis = useAnalysis()
  const filter = reactive({ ...EMPTY })
  const offset = shallowRef(0)
  const page = shallowRef<SentencePage | null>(null)
  /** Numbers of sentences that are chosen for *Annotate*; they stay while pages are turned. */
  const selected = ref<number[]>([])
  const error = shallowRef<string | null>(null)

  const request = computed(() => {
    const { id, task, split, method } = analysis
    if (id === null || task === null || split === null || method === null) return null
    const { least, most, rightWith, ...rest } = filter
    return {
      ...{ run: id, task, split, method, ...rest },
      rightWith: rightWith === method ? null : rightWith,
      // A field of numbers that was emptied holds ''.
      least: typeof least === 'number' ? Math.max(0, Math.floor(least)) : 0,
      most: typeof most === 'number' ? Math.max(0, Math.floor(most)) : null,
      ...{ offset: offset.value, limit: PAGE_SIZE },
    }
  })

  async function load(): Promise<void> {
    const wanted = request.value
    if (wanted === null) return
    try {
      const found = await ask('analysis.sentences', wanted)
      if (wanted !== request.value) return
      page.value = found
      error.value = null
    } catch (reason) {
      if (wanted === request.value) error.value = (reason as Error).message
    }
  }

  watch([() => ({ ...filter }), () => analysis.method], () => {
    offset.value = 0
  })
  watch([() => analysis.id, () => analysis.task, () => analysis.split], () => {
    offset.value = 0
    page.value = null
    selected.value = []
    filter.label = null
  })
  watchDebounced(request, () => void load(), { debounce: TYPING_MS, maxWait: 400, immediate: true })

  const reset = () => void Object.assign(filter, EMPTY)
  /** Selects every sentence that fits the filter. */
  async function selectFound(): Promise<void> {
    const { offset: _, limit: __, ...query } = request.value ?? {}
    try {
      selected.value = (await ask('analysis.found', query as Requests['analysis.found']['arguments'])).sentences
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }
  return { filter, offset, page, selected, error, reset, selectFound }
})
