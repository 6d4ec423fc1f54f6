/** One sentence that is labelled: its answers, the current word and task, the selection, and undo. */
import { computed, ref, shallowRef, type ComputedRef } from 'vue'
import { answersOf, sameAnswers, type Answer, type AnnotationTask } from '../../../shared/annotation/project.ts'
import type { AnnotationItem } from '../../../shared/protocol/requests/annotateResults.ts'
import { leastCertain } from './cells.ts'
import { cleared, resized, spanAt, withLabel } from './edit.ts'

export function useSentence(tasks: ComputedRef<AnnotationTask[]>) {
  /** Null while it is loading, and at the end of the queue. */
  const item = shallowRef<AnnotationItem | null>(null)
  /** One for each task: a person's, else suggested, else without labels. */
  const answers = shallowRef<Answer[]>([])
  const before = shallowRef<Answer[][]>([])
  const task = ref(0)
  /** The selection extends from `anchor` to `focus`, the current word. */
  const anchor = ref(0)
  const focus = ref(0)

  const length = computed(() => item.value?.words.length ?? 0)
  const current = computed(() => tasks.value[task.value] ?? null)
  const answer = computed(() => answers.value.find((one) => one.task === current.value?.name) ?? null)
  const suggested = computed(() => (item.value?.suggestion ? answersOf(item.value.suggestion.tags) : null))
  /** Whether the answers differ from the suggestion: saving them is a fix. */
  const fixes = computed(() => suggested.value === null || !sameAnswers(answers.value, suggested.value))
  /** Whether anything was changed since the sentence was opened. */
  const changed = computed(() => before.value.length > 0)
  const selection = computed(() => ({
    from: Math.min(anchor.value, focus.value),
    to: Math.max(anchor.value, focus.value) + 1,
  }))
  const several = computed(() => anchor.value !== focus.value)

  /**
   * Opens a sentence with earlier answers if there are any, at the word of the lowest confidence. The task that was
   * chosen stays chosen: the same key means the same label in every sentence.
   */
  function show(found: AnnotationItem | null, draft: Answer[] | null = null): void {
    item.value = found
    answers.value = found === null ? [] : (draft ?? startingAnswers(tasks.value, found))
    before.value = []
    task.value = Math.min(task.value, Math.max(0, tasks.value.length - 1))
    const own = found?.suggestion?.tags.filter((one) => one.task === current.value?.name) ?? []
    focusOn(leastCertain(own).word)
  }

  /** Restores changes that were made earlier; they can be undone. */
  function restore(draft: Answer[]): void {
    before.value = [answers.value]
    answers.value = draft
  }

  /** Replaces the labels by others, which can be undone. Tasks that these lack keep theirs. */
  function take(others: readonly Answer[]): void {
    before.value = [...before.value, answers.value]
    answers.value = answers.value.map((own) => others.find(({ task: name }) => name === own.task) ?? own)
  }

  /** The shown answers have been stored as a decision. */
  function markDecided(decided: AnnotationItem): void {
    item.value = decided
    before.value = []
  }

  function focusOn(word: number): void {
    focus.value = anchor.value = within(word)
  }
  const within = (word: number) => Math.max(0, Math.min(length.value - 1, word))

  /** Changes the answer of the current task. */
  function edit(change: (answer: Answer) => Answer): void {
    if (answer.value === null) return
    const changed = answers.value.map((one) => (one.task === answer.value!.task ? change(one) : one))
    if (sameAnswers(changed, answers.value)) return
    before.value = [...before.value, answers.value]
    answers.value = changed
  }

  /** Labels the selected words, or the span that contains the single selected word. */
  function label(name: string): void {
    const span = answer.value === null || several.value ? null : spanAt(answer.value, focus.value)
    const { from, to } = span ?? selection.value
    edit((one) => withLabel(one, from, to, name))
    anchor.value = focus.value
  }

  function remove(): void {
    const { from, to } = selection.value
    edit((one) => cleared(one, from, to, suggested.value?.find(({ task: name }) => name === one.task) ?? null))
  }

  /** Resizes the current span; outside of spans, changes the selection. */
  function extend(edge: 'start' | 'end', by: 1 | -1): void {
    const span = answer.value === null || several.value ? null : spanAt(answer.value, focus.value)
    if (span === null) {
      focus.value = within(focus.value + by)
      return
    }
    edit((one) => resized(one, focus.value, edge, by, length.value))
    const moved = answer.value!.spans!.find((one) => (edge === 'end' ? one.from === span.from : one.to === span.to))!
    focusOn(Math.max(moved.from, Math.min(moved.to - 1, focus.value)))
  }

  /** Returns false where there is nothing to undo. */
  function undo(): boolean {
    const last = before.value.at(-1)
    if (last === undefined) return false
    before.value = before.value.slice(0, -1)
    answers.value = last
    return true
  }

  function turn(by: number): void {
    const count = Math.max(1, tasks.value.length)
    task.value = (((task.value + by) % count) + count) % count
    anchor.value = focus.value
  }

  return {
    item,
    answers,
    answer,
    suggested,
    task,
    current,
    anchor,
    focus,
    selection,
    several,
    fixes,
    changed,
    show,
    restore,
    take,
    markDecided,
    focusOn,
    label,
    remove,
    extend,
    undo,
    turn,
  }
}

/** An answer for each task: the person's, else the suggested one, else none of its labels. */
export function startingAnswers(
  tasks: readonly AnnotationTask[],
  { answers, suggestion, words }: Pick<AnnotationItem, 'answers' | 'suggestion' | 'words'>,
): Answer[] {
  const suggested = suggestion === null ? [] : answersOf(suggestion.tags)
  return tasks.map(({ name, kind }) => {
    const known = [...(answers ?? []), ...suggested].find(({ task }) => task === name)
    if (known !== undefined) return known
    return kind === 'span'
      ? { task: name, labels: null, spans: [] }
      : { task: name, labels: words.map(() => null), spans: null }
  })
}

/** The number of words that still need a label. */
export function unlabelled(answers: readonly Answer[]): number {
  return answers.reduce((sum, { labels }) => sum + (labels?.filter((label) => label === null).length ?? 0), 0)
}
