/** Text that is tagged with what a run trained, and the tags: asked for as one types. The text outlives the view. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Method } from '../../../shared/settings/methods.ts'
import { same } from '../../../shared/util/nested.ts'
import type { TaggedText, TaggingChoices } from '../../../shared/protocol/requests/tagging.ts'
import { ask, on } from '../../bridge/index.ts'
import { piecesOf, type Piece, type TextFormat } from './pieces.ts'
import { usePlace } from '../../ui/place.ts'

/** While one types, the tagger waits; a text of so many UTF-16 units is answered at once, unless the last answer is still to come. */
const TYPING_MS = 120
const AT_ONCE = 2000
/** How often a run under way is asked what it has, at most. */
const EVERY_MS = 2500

export const useTagging = defineStore('tagging', () => {
  const place = usePlace()
  const run = computed(() => (place.view === 'tag' ? place.id : null))
  /** What the run can tag with; null while it is not known. */
  const choices = shallowRef<TaggingChoices | null>(null)
  const error = shallowRef<string | null>(null)
  const method = ref<Method | null>(null)
  /** Tasks that are not to be shown. All are tagged in one pass, so choosing costs nothing. */
  const hidden = ref<string[]>([])
  const tasks = computed(() => choices.value?.tasks.filter(({ name }) => !hidden.value.includes(name)) ?? [])
  const text = ref('')
  const format = ref<TextFormat>('text')

  const sentences = shallowRef<readonly TaggedText[]>([])
  /** Whether the network is loaded. */
  const ready = ref(false)
  /** UTF-16 units tagged, and to tag; null while nothing is under way. */
  const progress = shallowRef<{ done: number; total: number } | null>(null)
  const tagError = shallowRef<string | null>(null)
  /** What the last pass took, from the question to the whole answer. */
  const milliseconds = ref<number | null>(null)
  let typing: ReturnType<typeof setTimeout> | undefined
  let latest = 0
  /** Answers by piece, of this run, method and format. */
  let known = new Map<string, readonly TaggedText[]>()

  async function loadChoices(): Promise<void> {
    const id = run.value
    if (id === null) return
    try {
      const found = await ask('tag.run', { run: id })
      if (run.value !== id) return
      error.value = null
      if (!same(found, choices.value)) choices.value = found
      if (method.value === null || !found.methods.includes(method.value)) method.value = found.method
    } catch (reason) {
      if (run.value === id) error.value = (reason as Error).message
    }
  }

  async function sentencesOf({ start, text: own }: Piece, answers: typeof known): Promise<readonly TaggedText[]> {
    const key = keyOf({ start, text: own })
    const answer =
      answers.get(key) ??
      (
        await ask('tag.sentences', { run: choices.value!.run, method: method.value!, text: own, format: format.value })
      ).sentences.map((sentence) =>
        sentence.start === null ? sentence : { ...sentence, start: sentence.start + start },
      )
    answers.set(key, answer)
    return answer
  }

  /** Piece by piece; the last answer stays until there is a new one. */
  async function tag(): Promise<void> {
    clearTimeout(typing)
    const mine = ++latest
    if (choices.value === null || method.value === null) return
    const pieces = piecesOf(text.value, format.value)
    const answers = known
    progress.value = { done: 0, total: text.value.length }
    try {
      // An empty text loads the network, so that the first sentence need not wait for it.
      if (!ready.value) await ask('tag.sentences', { run: choices.value.run, method: method.value, text: '' })
      if (mine !== latest) return
      ready.value = true
      await tagPieces(pieces, answers, () => mine === latest)
      tagError.value = null
    } catch (reason) {
      if (mine === latest) tagError.value = (reason as Error).message
    }
    if (mine === latest) progress.value = null
  }

  /** As long as it is still wanted. */
  async function tagPieces(pieces: readonly Piece[], answers: typeof known, wanted: () => boolean): Promise<void> {
    const began = performance.now()
    const found: TaggedText[] = []
    const total = text.value.length
    if (pieces.length === 0) sentences.value = []
    for (const piece of pieces) {
      found.push(...(await sentencesOf(piece, answers)))
      if (!wanted()) return
      sentences.value = [...found]
      progress.value = { done: piece.start + piece.text.length, total }
    }
    milliseconds.value = pieces.length === 0 ? null : performance.now() - began
    // Of pieces that are no more, nothing is kept.
    known = new Map(pieces.map((piece) => [keyOf(piece), answers.get(keyOf(piece))!]))
  }

  function forget(): void {
    known = new Map()
    sentences.value = []
    milliseconds.value = null
    tagError.value = null
  }

  watch(
    run,
    () => {
      choices.value = null
      error.value = null
      method.value = null
      hidden.value = []
      latest++
      forget()
      void loadChoices()
    },
    { immediate: true },
  )
  watch([() => choices.value?.run, method], () => {
    ready.value = false
    forget()
    void tag()
  })
  watch(format, () => {
    forget()
    void tag()
  })
  watch(text, () => {
    clearTimeout(typing)
    typing = setTimeout(() => void tag(), text.value.length <= AT_ONCE && progress.value === null ? 0 : TYPING_MS)
  })

  let asking: ReturnType<typeof setTimeout> | null = null
  function lookAgain(): void {
    if (run.value === null || choices.value?.status === 'finished') return
    asking ??= setTimeout(() => {
      asking = null
      void loadChoices()
    }, EVERY_MS)
  }
  on('changed', lookAgain)
  on('run', ({ run: id, event }) => {
    if (event.type === 'status' && id === run.value) lookAgain()
  })

  return {
    choices,
    error,
    method,
    hidden,
    tasks,
    text,
    format,
    sentences,
    ready,
    progress,
    tagError,
    milliseconds,
    tag,
  }
})

const keyOf = ({ start, text }: Piece) => `${start} ${text}`
