/** The sentence that is being corrected, and what is decided of it. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Answer } from '../../../shared/annotation/correcting.ts'
import { ask, RequestError } from '../../bridge/index.ts'
import { draftOf, keepDraft } from './drafts.ts'
import type { Command } from './keys.ts'
import { useSentence } from './sentence.ts'
import { useCorrection } from './correctionStore.ts'

export const useCorrecting = defineStore('correcting', () => {
  const correction = useCorrection()
  const tasks = computed(() => correction.detail?.tasks ?? [])
  const sentence = useSentence(tasks)
  const { item, answers, current, focus } = sentence
  /** Whether the queue has no more. */
  const atEnd = ref(false)
  const busy = ref(false)
  const error = shallowRef<string | null>(null)
  /** What was done last, for those who do not see it. */
  const told = ref('')
  const ready = computed(() => item.value !== null && answers.value.length > 0 && !busy.value)

  /** One request after the other: a key pressed twice does not decide twice. */
  async function once(work: (project: string) => Promise<void>): Promise<void> {
    const project = correction.id
    if (busy.value || project === null) return
    busy.value = true
    error.value = null
    try {
      await work(project)
    } catch (reason) {
      error.value = (reason as Error).message
      if (reason instanceof RequestError && reason.code === 'changed' && item.value !== null)
        await load(project, item.value.position).catch(() => {})
    }
    busy.value = false
  }

  // With every change, so that nothing ends with the page.
  watch(answers, (now) => {
    if (correction.id !== null && item.value !== null)
      keepDraft(correction.id, item.value, sentence.changed.value ? now : null)
  })

  async function load(project: string, position: number | null): Promise<void> {
    const found = position === null ? null : await ask('corrections.item', { project, ...correction.queue, position })
    if (correction.id !== project) return
    sentence.show(found)
    const draft = found === null ? null : draftOf(project, found)
    if (draft !== null) sentence.goOn(draft)
    atEnd.value = found === null
    void correction.loadRows(position)
  }

  /** The place where one left, or the beginning of the queue. */
  async function resume(): Promise<void> {
    sentence.show(null)
    atEnd.value = false
    await correction.load()
    const { detail } = correction
    if (detail === null) return
    const { place } = detail
    // Where the studio ended before all was suggested for, it goes on; what keeps it from that, `detail` says then.
    if (detail.pending > 0 && !detail.suggesting && detail.problem === null)
      void ask('corrections.suggest', { project: detail.id }).catch(() => {})
    correction.order = place.order
    correction.filter = place.filter
    await once(async (project) => {
      const { position } = place
      const left =
        position === null
          ? null
          : await ask('corrections.item', { project, ...correction.queue, position }).catch(() => null)
      const fits = left !== null && (correction.filter === 'all' || correction.filter === left.state)
      await load(project, fits ? position : await stepFrom(project, null, 'next'))
    })
  }

  /** Suggestions have come since the sentence was opened, or after the queue ended. */
  function suggestionsCame(): void {
    const waits = item.value !== null && item.value.state === 'open' && item.value.suggestion === null
    const { rows, order, filter, done } = correction
    if (atEnd.value && filter === 'open' && rows.length > 0) void restart()
    else if (waits && order === 'uncertain' && done === 0 && rows.length > 0 && rows[0].uncertainty !== null)
      void restart()
    else if (
      waits &&
      rows.some(({ position, uncertainty }) => position === item.value!.position && uncertainty !== null)
    )
      void open(item.value!.position)
  }

  const stepFrom = async (project: string, position: number | null, direction: 'next' | 'previous') =>
    (await ask('corrections.step', { project, ...correction.queue, position, direction })).position

  const open = (position: number) => once((project) => load(project, position))
  /** Another order or filter: from its beginning. */
  const restart = () => once(async (project) => load(project, await stepFrom(project, null, 'next')))
  const step = (direction: 'next' | 'previous') =>
    once(async (project) => {
      const position = await stepFrom(project, item.value?.position ?? null, direction)
      if (position === null)
        told.value = direction === 'next' ? 'This is the last one of the queue.' : 'This is the first one of the queue.'
      else await load(project, position)
    })

  /** Kept first, and only then the next sentence. */
  const decide = (kept: Answer[] | null) =>
    once(async (project) => {
      const { position, revision, state } = item.value!
      const { item: decided, next } = await ask('corrections.decide', {
        project,
        ...correction.queue,
        position,
        revision,
        answers: kept,
      })
      keepDraft(project, item.value!, null)
      sentence.settle(decided)
      correction.count(state, decided.state)
      await load(project, next)
      told.value = `Sentence ${position + 1} ${decided.state}.`
    })

  const takeBack = () =>
    once(async (project) => {
      const { item: found, answers: undone } = await ask('corrections.undo', { project, ...correction.queue })
      if (found === null) {
        told.value = 'There is nothing to take back.'
        return
      }
      sentence.show(found, undone)
      atEnd.value = false
      told.value = `Sentence ${found.position + 1} is ${found.state} again.`
      void correction.loadRows(found.position)
    })

  function label(name: string): void {
    if (busy.value || answers.value.length === 0) return
    sentence.label(name)
    told.value = `${current.value?.name}: ${name || 'span'}`
  }

  function undo(): void {
    if (sentence.undo()) told.value = 'Undone.'
    else void takeBack()
  }

  function turn(by: number): void {
    sentence.turn(by)
    told.value = `Task ${current.value?.name}`
  }

  /** What a key or a button asks for. While a decision is on its way, nothing is changed. */
  function run(command: Exclude<Command, { does: 'find' | 'keys' }>): void {
    if (busy.value) return
    switch (command.does) {
      case 'save':
        return void (ready.value && decide(answers.value))
      case 'skip':
        return void (item.value !== null && decide(null))
      case 'undo':
        return undo()
      case 'remove':
        return sentence.remove()
      case 'next':
      case 'previous':
        return void step(command.does)
      case 'first':
        return sentence.focusOn(0)
      case 'last':
        return sentence.focusOn(Infinity)
      case 'leave':
        return sentence.focusOn(focus.value)
      case 'move':
        return sentence.focusOn(focus.value + command.by)
      case 'task':
        return turn(command.by)
      case 'extend':
        return sentence.extend(command.edge, command.by)
      case 'label':
        return void (current.value?.labels[command.index] !== undefined && label(current.value.labels[command.index]))
    }
  }

  /** One more label for the task, given at once. */
  async function addLabel(name: string): Promise<void> {
    const task = current.value?.name
    if (task === undefined) return
    await once(async (project) => {
      await ask('corrections.label', { project, task, label: name })
      await correction.load()
    })
    if (error.value === null) label(name)
  }

  return {
    ...sentence,
    tasks,
    atEnd,
    ready,
    busy,
    error,
    told,
    resume,
    open,
    restart,
    suggestionsCame,
    label,
    addLabel,
    turn,
    run,
  }
})
