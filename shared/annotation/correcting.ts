/** Correcting suggested labels: answers, states, the order of the queue. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { TaggedSentence } from '../tags/taggedText.ts'
import type { Sentence, SentenceTags } from '../tags/tagging.ts'
import { tagsOfSpans, type TagScheme } from '../tags/tags.ts'

/** open: undecided; accepted: as suggested; fixed: changed; skipped: seen and left out. */
export const ITEM_STATES = ['open', 'accepted', 'fixed', 'skipped'] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** uncertain: the least certain first; file: in the order of the source. */
export const QUEUE_ORDERS = ['uncertain', 'file'] as const
export type QueueOrder = (typeof QUEUE_ORDERS)[number]

export const QUEUE_FILTERS = ['all', ...ITEM_STATES] as const
export type QueueFilter = (typeof QUEUE_FILTERS)[number]

/** Maximum per project: more than anyone corrects by hand, and the queue is still fast. */
export const MOST_SENTENCES = 50_000

/** A span of words: from the first word to the one after the last. */
export interface AnswerSpan {
  type: string
  from: number
  to: number
}

/** The answer for one task: one label per word (token tasks), or ordered spans that do not overlap (span tasks). */
export interface Answer {
  task: string
  labels: string[] | null
  spans: AnswerSpan[] | null
}

/** A task of a correction project. */
export interface CorrectedTask {
  name: string
  kind: 'span' | 'token'
  /** Labels of words, or types of spans, to choose from. New ones are added at the end, so that keys stay the same. */
  labels: string[]
}

/** The model that suggests. Its run may have been deleted. */
export interface SuggestingModel {
  run: string
  name: string
  method: Method
}

/** The source of the sentences. */
export type CorrectionSource =
  { kind: 'file'; name: string } | { kind: 'corpus'; corpus: string; name: string; split: 'train' | 'dev' | 'test' }

/** A place in the queue. */
export interface QueuePlace {
  order: QueueOrder
  filter: QueueFilter
  /** Index of the sentence in the source; null: before the first. */
  position: number | null
}

/** A model's suggestions as answers. */
export function answersOf(suggested: readonly SentenceTags[]): Answer[] {
  return suggested.map(({ task, tags, spans }) =>
    spans === null
      ? { task, labels: [...tags], spans: null }
      : { task, labels: null, spans: spans.map(({ type, from, to }) => ({ type, from, to })) },
  )
}

/** Whether both have the same answers, in any order of tasks. */
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
 * The uncertainty of a suggestion, 0–1: one minus the lowest confidence (probability given the sentence) of any word
 * for any task. The confidence of a span is that of its least certain word, so words are enough. 0 where there are no
 * confidences.
 */
export function uncertaintyOf(suggested: readonly SentenceTags[]): number {
  let least = 1
  for (const { confidence } of suggested) for (const value of confidence ?? []) least = Math.min(least, value)
  return Math.min(1, Math.max(0, 1 - least))
}

/** One tag per word of a sentence of `length` words, spans in a scheme. */
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

/** A decided sentence for a file. Other columns of its source are left out, because no person has checked them. */
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

/** The problem of answers to a sentence of `length` words; null where there is none. */
export function answerProblem(
  answers: readonly Answer[],
  tasks: readonly CorrectedTask[],
  length: number,
): string | null {
  if (answers.length !== tasks.length) return `found answers to ${answers.length} tasks, expected ${tasks.length}`
  for (const { name, kind } of tasks) {
    const answer = answers.find(({ task }) => task === name)
    if (answer === undefined) return `found no answer to ${name}, expected one`
    const problem = kind === 'token' ? labelProblem(answer, length) : spanProblem(answer, length)
    if (problem !== null) return `${name}: ${problem}`
  }
  return null
}

function labelProblem({ labels }: Answer, length: number): string | null {
  return labels?.length === length
    ? null
    : `found ${labels?.length ?? 'no'} labels, expected one for each of ${length} words`
}

function spanProblem({ spans }: Answer, length: number): string | null {
  if (spans === null) return 'found no list of spans, expected one'
  let end = 0
  for (const { from, to } of spans) {
    if (from < end || to <= from || to > length)
      return (
        `found a span over words ${from} to ${to - 1}, ` +
        `expected ordered spans without overlap, within ${length} words`
      )
    end = to
  }
  return null
}
