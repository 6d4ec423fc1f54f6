/** The sentence that is being labelled, and the decision about it. */
import { useStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Answer } from '../../../shared/annotation/project.ts'
import { ask, RequestError } from '../../bridge/index.ts'
import { draftOf, keepDraft } from './drafts.ts'
import { keysOf, type Command } from './keys.ts'
import { unlabelled, useSentence } from './sentence.ts'
import { useProject } from './projectStore.ts'

export const useLabelling = defineStore('labelling', () => {
  const projectStore = useProject()
  const tasks = computed(() => projectStore.detail?.tasks ?? [])
  const sentence = useSentence(tasks)
  const { item, answers, current, focus } = sentence
  /** Whether the queue has no further sentence. */
  const atEnd = ref(false)
  /** The span that was labelled last. */
  const labelled = shallowRef<{ position: number; task: string; from: number; to: number; type: string } | null>(null)
  const busy = ref(false)
  /** Who decides in this window; empty: the name that the studio was started with. */
  const annotator = useStorage('annotator', '')
  const error = shallowRef<string | null>(null)
  /** What was done last, also for screen readers. */
  const message = ref('')
  /** Words that need a label before the sentence can be saved. */
  const missing = computed(() => unlabelled(answers.value))
  const ready = computed(() => item.value !== null && answers.value.length > 0 && missing.value === 0 && !busy.value)

  /** One request at a time: a key pressed twice does not decide twice. */
  async function once(work: (project: string) => Promise<void>): Promise<void> {
    const project = projectStore.id
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

  // After every change, so that closing the page loses nothing.
  watch(answers, (now) => {
    if (projectStore.id !== null && item.value !== null)
      keepDraft(projectStore.id, item.value, sentence.changed.value ? now : null)
  })

  async function load(project: string, position: number | null): Promise<void> {
    const found = position === null ? null : await ask('annotate.item', { project, ...projectStore.queue, position })
    if (projectStore.id !== project) return
    sentence.show(found)
    const draft = found === null ? null : draftOf(project, found)
    if (draft !== null) sentence.restore(draft)
    atEnd.value = found === null
    void projectStore.loadRows(position)
  }

  /** Opens the sentence where the user left, else the first of the queue. */
  async function resume(): Promise<void> {
    sentence.show(null)
    atEnd.value = false
    await projectStore.load()
    const { detail } = projectStore
    if (detail === null) return
    const { place } = detail
    // Suggesting resumes where the studio ended before it was finished; if that is not possible, `detail` says why.
    if (detail.pending > 0 && !detail.suggesting && detail.problem === null)
      void ask('annotate.suggest', { project: detail.id }).catch(() => {})
    projectStore.order = place.order
    projectStore.filter = place.filter
    await once(async (project) => {
      const { position } = place
      const left =
        position === null
          ? null
          : await ask('annotate.item', { project, ...projectStore.queue, position }).catch(() => null)
      const fits = left !== null && (projectStore.filter === 'all' || projectStore.filter === left.state)
      await load(project, fits ? position : await stepFrom(project, null, 'next'))
    })
  }

  /** Opens the sentence again when suggestions have arrived, or continues a queue that had ended. */
  function suggestionsCame(): void {
    // What the user has begun is not replaced by a suggestion that comes late.
    const isWaiting = item.value?.state === 'open' && item.value.suggestion === null && !sentence.changed.value
    const { rows, order, filter, done } = projectStore
    if (atEnd.value && filter === 'open' && rows.length > 0) void restart()
    else if (isWaiting && order === 'uncertain' && done === 0 && rows.length > 0 && rows[0].uncertainty !== null)
      void restart()
    else if (
      isWaiting &&
      rows.some(({ position, uncertainty }) => position === item.value!.position && uncertainty !== null)
    )
      void open(item.value!.position)
  }

  const stepFrom = async (project: string, position: number | null, direction: 'next' | 'previous') =>
    (await ask('annotate.step', { project, ...projectStore.queue, position, direction })).position

  const open = (position: number) => once((project) => load(project, position))
  /** After a change of order or filter: from the start. */
  const restart = () => once(async (project) => load(project, await stepFrom(project, null, 'next')))
  const step = (direction: 'next' | 'previous') =>
    once(async (project) => {
      const position = await stepFrom(project, item.value?.position ?? null, direction)
      if (position === null)
        message.value =
          direction === 'next' ? 'This is the last sentence of the queue.' : 'This is the first sentence of the queue.'
      else await load(project, position)
    })

  /** Stores the decision before the next sentence is loaded. */
  const decide = (kept: Answer[] | null) =>
    once(async (project) => {
      const { position, revision, state } = item.value!
      const { item: decided, next } = await ask('annotate.decide', {
        project,
        ...projectStore.queue,
        position,
        revision,
        answers: kept,
        annotator: annotator.value,
        settles: projectStore.filter === 'differ',
      })
      keepDraft(project, item.value!, null)
      sentence.markDecided(decided)
      projectStore.count(state, decided.state)
      await load(project, next)
      message.value = `Sentence ${position + 1} ${decided.state}.`
    })

  const undoDecision = () =>
    once(async (project) => {
      const { item: found, answers: undone } = await ask('annotate.undo', { project, ...projectStore.queue })
      if (found === null) {
        message.value = 'Nothing to undo.'
        return
      }
      sentence.show(found, undone)
      atEnd.value = false
      message.value = `Sentence ${found.position + 1} is ${found.state} again.`
      void projectStore.loadRows(found.position)
    })

  function label(name: string): void {
    if (busy.value || answers.value.length === 0) return
    sentence.label(name)
    message.value = `${current.value?.name}: ${name || 'span'}`
    noteLabelled(name)
  }

  /** Remembers a span, so that its other occurrences can be offered. */
  function noteLabelled(type: string): void {
    const span = sentence.answer.value?.spans?.find(({ from, to }) => from <= focus.value && focus.value < to)
    labelled.value =
      span === undefined || item.value === null
        ? null
        : { position: item.value.position, task: current.value.name, from: span.from, to: span.to, type }
  }

  function undo(): void {
    if (sentence.undo()) message.value = 'Undone.'
    else void undoDecision()
  }

  function turn(by: number): void {
    sentence.turn(by)
    message.value = `Task ${current.value?.name}`
  }

  /** Runs the command of a key or a button. While a decision is being stored, nothing is changed. */
  function run(command: Exclude<Command, { does: 'find' | 'keys' }>): void {
    if (busy.value) return
    switch (command.does) {
      case 'save':
        if (missing.value > 0)
          message.value = `${missing.value} ${missing.value === 1 ? 'word has' : 'words have'} no label yet.`
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
      case 'label': {
        const labels = current.value?.labels ?? []
        const index = keysOf(labels).indexOf(command.key)
        return void (index >= 0 && label(labels[index].name))
      }
    }
  }

  /** Flags or comments on the sentence. */
  const mark = (marks: { flagged?: boolean; comment?: string }) =>
    once(async (project) => {
      const found = await ask('annotate.mark', { project, position: item.value!.position, ...marks })
      // The labels in work stay.
      item.value = { ...item.value!, flagged: found.flagged, comment: found.comment }
      void projectStore.loadRows()
    })

  /** Splits a word, or merges the selected ones. Answers follow. */
  const editWords = (edit: { do: 'split'; word: number; at: number } | { do: 'merge'; from: number; to: number }) =>
    once(async (project) => {
      const { position, revision } = item.value!
      const found = await ask('annotate.words', { project, position, revision, edit, annotator: annotator.value })
      keepDraft(project, item.value!, null)
      sentence.show(found)
      void projectStore.loadRows(position)
      message.value = edit.do === 'split' ? 'The word was split.' : 'The words were merged.'
    })

  /** Adds a label to the task, and gives it to the word or span. */
  async function addLabel(name: string): Promise<void> {
    const task = current.value?.name
    if (task === undefined) return
    await once(async (project) => {
      await ask('annotate.label', { project, task, edit: { do: 'add', label: { name } } })
      await projectStore.load()
    })
    if (error.value === null) label(name)
  }

  return {
    ...sentence,
    annotator,
    labelled,
    missing,
    mark,
    editWords,
    tasks,
    atEnd,
    ready,
    busy,
    error,
    message,
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
