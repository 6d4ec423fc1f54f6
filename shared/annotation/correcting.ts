/** Correcting what a model suggests: answers, states, the order of the queue. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { TaggedSentence } from '../tags/taggedText.ts'
import type { Sentence, SentenceTags } from '../tags/tagging.ts'
import { tagsOfSpans, type TagScheme } from '../tags/tags.ts'

/** open: nobody has decided; accepted: as suggested; fixed: otherwise than suggested; skipped: seen, and left out. */
export const ITEM_STATES = ['open', 'accepted', 'fixed', 'skipped'] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** uncertain: the least certain first; file: as they stand in the source. */
export const QUEUE_ORDERS = ['uncertain', 'file'] as const
export type QueueOrder = (typeof QUEUE_ORDERS)[number]

export const QUEUE_FILTERS = ['all', ...ITEM_STATES] as const
export type QueueFilter = (typeof QUEUE_FILTERS)[number]

/** Of one correction: more than anyone corrects by hand, and a queue of so many is still quick. */
export const MOST_SENTENCES = 50_000

/** A span among the words of a sentence: the first, and the one after the last. */
export interface AnswerSpan {
  type: string
  from: number
  to: number
}

/** What a sentence is for one task: a label a word (token tasks), or spans in order that do not overlap (span tasks). */
export interface Answer {
  task: string
  labels: string[] | null
  spans: AnswerSpan[] | null
}

/** A task of a correction. */
export interface CorrectedTask {
  name: string
  kind: 'span' | 'token'
  /** Labels of words, or types of spans, that one may choose. New ones come last, so that keys stay. */
  labels: string[]
}

/** Whose suggestions they are. The run may be gone by now. */
export interface SuggestingModel {
  run: string
  name: string
  method: Method
}

/** Where the sentences come from. */
export type CorrectionSource =
  { kind: 'file'; name: string } | { kind: 'corpus'; corpus: string; name: string; split: 'train' | 'dev' | 'test' }

/** Where one is in the queue. */
export interface QueuePlace {
  order: QueueOrder
  filter: QueueFilter
  /** Number of the sentence in the source, from 0; null: before the first. */
  position: number | null
}

/** What a model suggests, as a person would have answered. */
export function answersOf(suggested: readonly SentenceTags[]): Answer[] {
  return suggested.map(({ task, tags, spans }) =>
    spans === null
      ? { task, labels: [...tags], spans: null }
      : { task, labels: null, spans: spans.map(({ type, from, to }) => ({ type, from, to })) },
  )
}

/** Whether both say the same of the same tasks, whatever their order. */
export function sameAnswers(a: readonly Answer[], b: readonly Answer[]): boolean {
  const canonical = (answers: readonly Answer[]) =>
    JSON.stringify(
      answers
        .toSorted((x, y) => (x.task < y.task ? -1 : 1))
        .map(({ task, labels, spans }) => [task, labels, spans && spans.map(({ type, from, to }) => [from, to, type])]),
    )
  return canonical(a) === canonical(b)
}

/**
 * How unsure a suggestion is as a whole, 0–1: one minus the lowest confidence (probability given the sentence) that any of its words has for
 * any task. A span is as sure as its least sure word, so spans need no look of their own. 0 where nothing has a confidence.
 */
export function uncertaintyOf(suggested: readonly SentenceTags[]): number {
  let least = 1
  for (const { confidence } of suggested) for (const sure of confidence ?? []) least = Math.min(least, sure)
  return Math.min(1, Math.max(0, 1 - least))
}

/** The tags of a sentence of `length` words, one a word, spans written in a scheme. */
export function tagsOfAnswer({ labels, spans }: Answer, length: number, scheme: TagScheme): string[] {
  return (
    labels ??
    tagsOfSpans(
      spans!.map(({ type, from, to }) => ({ type, start: from, end: to })),
      length,
      scheme,
    )
  )
}

/** A decided sentence as files have it. Of the columns it came from, the word alone: what else they said, nobody has looked at. */
export function taggedAnswers(
  sentence: Sentence,
  answers: readonly Answer[],
  tasks: readonly CorrectedTask[],
  scheme: TagScheme,
): TaggedSentence {
  const own = tasks.map(({ name }): SentenceTags => {
    const answer = answers.find(({ task }) => task === name)!
    return {
      task: name,
      tags: tagsOfAnswer(answer, sentence.words.length, scheme),
      confidence: null,
      spans: answer.spans && answer.spans.map((span) => ({ ...span, confidence: null })),
    }
  })
  return { sentence: { ...sentence, source: null }, tasks: own }
}

/** What is wrong with answers to a sentence of `length` words; null where they can be kept. */
export function answerProblem(
  answers: readonly Answer[],
  tasks: readonly CorrectedTask[],
  length: number,
): string | null {
  if (answers.length !== tasks.length) return `found answers to ${answers.length} tasks, expected ${tasks.length}`
  for (const { name, kind } of tasks) {
    const answer = answers.find(({ task }) => task === name)
    if (answer === undefined) return `found no answer to ${name}, expected one`
    const fault = kind === 'token' ? labelFault(answer, length) : spanFault(answer, length)
    if (fault !== null) return `${name}: ${fault}`
  }
  return null
}

function labelFault({ labels }: Answer, length: number): string | null {
  return labels?.length === length
    ? null
    : `found ${labels?.length ?? 'no'} labels, expected one for each of ${length} words`
}

function spanFault({ spans }: Answer, length: number): string | null {
  if (spans === null) return 'found no list of spans, expected one'
  let end = 0
  for (const { from, to } of spans) {
    if (from < end || to <= from || to > length)
      return `found a span over words ${from} to ${to - 1}, expected spans in order, apart from each other, within ${length} words`
    end = to
  }
  return null
}
