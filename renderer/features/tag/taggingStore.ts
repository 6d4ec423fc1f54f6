/** Text tagged with the networks of a run while the user types. The text is kept when the view is closed. */
import { useThrottleFn, useTimeoutFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Method } from '../../../shared/settings/methods.ts'
import { same } from '../../../shared/util/nested.ts'
import type { TaggedText, TaggingChoices } from '../../../shared/protocol/requests/tagging.ts'
import { ask, on } from '../../bridge/index.ts'
import { piecesOf, type Piece, type TextFormat } from './pieces.ts'
import { useIdIn } from '../../ui/routes.ts'

/** How long typing must pause; a text of up to AT_ONCE UTF-16 units is tagged at once, unless a request is pending. */
const TYPING_MS = 120
const AT_ONCE = 2000
/** The networks of an unfinished run are requested this often at most, in milliseconds. */
const EVERY_MS = 2500

export const useTagging = defineStore('tagging', () => {
  const run = useIdIn('tag')
  /** The run's networks and tasks; null while they are not known. */
  const choices = shallowRef<TaggingChoices | null>(null)
  const error = shallowRef<string | null>(null)
  const method = ref<Method | null>(null)
  /** Tasks that are not shown. All tasks are tagged in one pass, so hiding saves no time. */
  const hidden = ref<string[]>([])
  const tasks = computed(() => choices.value?.tasks.filter(({ name }) => !hidden.value.includes(name)) ?? [])
  const text = ref('')
  const format = ref<TextFormat>('text')

  const sentences = shallowRef<readonly TaggedText[]>([])
  /** Whether the network is loaded. */
  const ready = ref(false)
  /** UTF-16 units tagged, and in total; null while nothing is pending. */
  const progress = shallowRef<{ done: number; total: number } | null>(null)
  const tagError = shallowRef<string | null>(null)
  /** The duration of the last pass, from the first request to the last answer. */
  const milliseconds = ref<number | null>(null)
  let latest = 0
  /** The pieces of the text as last tagged, and answers by their text, of this run, method and format. */
  let pieces: readonly Piece[] = []
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

  /** Starts are relative to the piece, so that an answer stays valid where the piece has moved. */
  async function sentencesOf(piece: Piece, answers: typeof known): Promise<readonly TaggedText[]> {
    const request = { run: choices.value!.run, method: method.value!, text: piece.text, format: format.value }
    const answer = answers.get(piece.text) ?? (await ask('tag.sentences', request)).sentences
    answers.set(piece.text, answer)
    return answer.map((one) => (one.start === null ? one : { ...one, start: one.start + piece.start }))
  }

  const typing = useTimeoutFn(() => void tag(), TYPING_MS, { immediate: false })

  /** Tags piece by piece; the previous tags stay until there are new ones. */
  async function tag(): Promise<void> {
    typing.stop()
    const mine = ++latest
    if (choices.value === null || method.value === null) return
    const cut = piecesOf(text.value, format.value, pieces)
    pieces = cut
    const answers = known
    progress.value = { done: 0, total: text.value.length }
    try {
      // An empty text loads the network, so that the first sentence does not wait for it.
      if (!ready.value) await ask('tag.sentences', { run: choices.value.run, method: method.value, text: '' })
      if (mine !== latest) return
      ready.value = true
      await tagPieces(cut, answers, () => mine === latest)
      tagError.value = null
    } catch (reason) {
      if (mine === latest) tagError.value = (reason as Error).message
    }
    if (mine === latest) progress.value = null
  }

  /** Stops when the text has changed again. */
  async function tagPieces(cut: readonly Piece[], answers: typeof known, isCurrent: () => boolean): Promise<void> {
    const began = performance.now()
    const found: TaggedText[] = []
    const total = text.value.length
    if (cut.length === 0) sentences.value = []
    for (const piece of cut) {
      found.push(...(await sentencesOf(piece, answers)))
      if (!isCurrent()) return
      sentences.value = [...found]
      progress.value = { done: piece.start + piece.text.length, total }
    }
    milliseconds.value = cut.length === 0 ? null : performance.now() - began
    // Answers to pieces that are gone are dropped.
    known = new Map(cut.map((piece) => [piece.text, answers.get(piece.text)!]))
  }

  function forget(): void {
    known = new Map()
    pieces = []
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
    if (text.value.length <= AT_ONCE && progress.value === null) void tag()
    else typing.start()
  })

  const loadSoon = useThrottleFn(loadChoices, EVERY_MS, true)
  function lookAgain(): void {
    if (run.value !== null && choices.value?.status !== 'finished') void loadSoon()
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
