/** The sentences of a corpus that fit a filter, loaded in blocks as they come into view. */
import { watchDebounced } from '@vueuse/core'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { CorpusDetail, CorpusSentence, CorpusSentencePage } from '../../../shared/protocol/requests/datasets.ts'
import { ask } from '../../bridge/index.ts'

/** Sentences per request. */
export const BLOCK = 50
/** Milliseconds after the last key before a word is looked for. */
const TYPING_MS = 120

const EMPTY = {
  word: '',
  label: null as { task: string; label: string } | null,
  unseen: false,
  least: null as number | null,
  most: null as number | null,
}

export function useCorpusBrowser(corpus: () => CorpusDetail) {
  const split = ref(corpus().files[0].split)
  const filter = reactive({ ...EMPTY })
  const page = shallowRef<Omit<CorpusSentencePage, 'sentences'> | null>(null)
  /** By number among those found. */
  const sentences = shallowRef<ReadonlyMap<number, CorpusSentence>>(new Map())
  const error = shallowRef<string | null>(null)
  const asked = new Set<number>()
  /** The query that `sentences` are of. */
  let shownQuery: object | null = null

  const query = computed(() => {
    const { least, most, unseen, ...rest } = filter
    // A field of numbers that was emptied holds ''.
    const length = (value: number | null) => (typeof value === 'number' ? Math.max(0, Math.floor(value)) : null)
    return {
      ...{ corpus: corpus().id, split: split.value, ...rest, unseen: unseen && split.value !== 'train' },
      ...{ least: length(least) ?? 0, most: length(most) },
    }
  })

  /** Loads the block with this number among those found, once. */
  async function load(number: number): Promise<void> {
    const block = Math.floor(number / BLOCK)
    if (asked.has(block)) return
    asked.add(block)
    const wanted = query.value
    try {
      const { sentences: found, ...rest } = await ask('datasets.sentences', {
        ...wanted,
        ...{ offset: block * BLOCK, limit: BLOCK },
      })
      if (wanted !== query.value) return
      // Those of the filter before are shown until the first of this one arrive.
      const next = shownQuery === wanted ? new Map(sentences.value) : new Map<number, CorpusSentence>()
      shownQuery = wanted
      found.forEach((sentence, i) => next.set(block * BLOCK + i, sentence))
      sentences.value = next
      page.value = rest
      error.value = null
    } catch (reason) {
      if (wanted === query.value) error.value = (reason as Error).message
    }
  }

  watch(split, () => {
    filter.label = null
  })
  watchDebounced(
    query,
    () => {
      asked.clear()
      void load(0)
    },
    { debounce: TYPING_MS, maxWait: 400, immediate: true },
  )
  const reset = () => void Object.assign(filter, EMPTY)
  return { split, filter, page, sentences, error, load, reset }
}
