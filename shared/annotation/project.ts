/** Annotation projects: tasks, labels, answers, suggestions, the order of the queue. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'
import type { TaggedSentence } from '../tags/taggedText.ts'
import type { Sentence, SentenceTags } from '../tags/tagging.ts'
import { tagsOfSpans, type TagScheme } from '../tags/tags.ts'

/** open: undecided; accepted: as suggested; fixed: changed; skipped: seen and left out. */
export const ITEM_STATES = ['open', 'accepted', 'fixed', 'skipped'] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** uncertain: the least certain first; file: in the order of the sources. */
export const QUEUE_ORDERS = ['uncertain', 'file'] as const
export type QueueOrder = (typeof QUEUE_ORDERS)[number]

/** differ: people decided differently, and nobody settled it. */
export const QUEUE_FILTERS = ['all', ...ITEM_STATES, 'flagged', 'differ'] as const
export type QueueFilter = (typeof QUEUE_FILTERS)[number]

/** Maximum per project: more than anyone labels by hand, and the queue is still fast. */
export const MOST_SENTENCES = 50_000

/** A span of words: from the first word to the one after the last. */
export interface AnswerSpan {
  type: string
  from: number
  to: number
}

/**
 * The answer for one task: one label per word (token tasks), or ordered spans that do not overlap (span tasks). A label
 * is null while nobody has chosen or suggested one; decisions have none of these.
 */
export interface Answer {
  task: string
  labels: (string | null)[] | null
  spans: AnswerSpan[] | null
}

/** A label of words, or a type of spans, to choose from. */
export interface Label {
  name: string
  /** Index into the window's palette; null: by its place in the list. */
  colour: number | null
  /** One character; null: by its place in the list. */
  key: string | null
  description: string
}

/** A task of an annotation project. */
export interface AnnotationTask {
  name: string
  kind: 'span' | 'token'
  /** In the order shown. */
  labels: Label[]
}

export const labelNamed = (name: string): Label => ({ name, colour: null, key: null, description: '' })

/** The model that suggests. Its run may have been deleted. */
export interface SuggestingModel {
  run: string
  name: string
  method: Method
}

/** Where sentences come from. */
export type AnnotationSource =
  | { kind: 'file' | 'text'; name: string; sentences: number }
  | { kind: 'corpus'; corpus: string; name: string; split: 'train' | 'dev' | 'test'; sentences: number }

/** What one word must be: all of its conditions hold. Lists: one of these. `lower` compares in lower case. */
export interface TokenCondition {
  orth?: string[] | undefined
  lower?: string[] | undefined
  regex?: string | undefined
}

/**
 * What suggests a label: words, a regular expression over the text, or conditions on successive words. A word list's
 * entry in lower case stands for any case of letters; others are taken as they are written.
 */
export type Rule = { task: string; label: string } & (
  { words: string[] } | { pattern: string } | { tokens: TokenCondition[] }
)

/** run: a model; rules: word lists and patterns; corpus: its own labels; occurrence: accepted from other occurrences. */
export type SuggestedFrom = 'run' | 'rules' | 'corpus' | 'occurrence'

/** Suggested labels of one task. Words without a suggestion have the tag null. */
export interface SuggestedTags extends Omit<SentenceTags, 'tags'> {
  tags: (string | null)[]
}

/** Labels suggested for a sentence. `run` and `method` are null unless a model suggested them. */
export interface Suggestion {
  from: SuggestedFrom
  run: string | null
  method: string | null
  /** 0-1, see uncertaintyOf; null unless a model suggested them. */
  uncertainty: number | null
  tags: SuggestedTags[]
}

/** What the queue shows, and in which order. */
export interface Queue {
  order: QueueOrder
  filter: QueueFilter
  /** Only sentences that contain this text, in any case of letters. */
  text?: string | undefined
  /** Only sentences whose decision, or else suggestion, has this label. */
  label?: { task: string; label: string } | undefined
}

/** A place in the queue. */
export interface QueuePlace extends Queue {
  /** Index of the sentence in the project; null: before the first. */
  position: number | null
}

/** Suggestions as answers. */
export function answersOf(suggested: readonly SuggestedTags[]): Answer[] {
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
export function uncertaintyOf(suggested: readonly SuggestedTags[]): number {
  let least = 1
  for (const { confidence } of suggested) for (const value of confidence ?? []) least = Math.min(least, value)
  return Math.min(1, Math.max(0, 1 - least))
}

/** One tag per word of a sentence of `length` words, spans in a scheme. The answer is complete, as decisions are. */
export function tagsOfAnswer({ labels, spans }: Answer, length: number, scheme: TagScheme): string[] {
  return (
    (labels as string[] | null) ??
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
  tasks: readonly AnnotationTask[],
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

/** An answer in words: `PER Anna Smith; LOC Rome`, or `Anna/N ran/V`; '' for no span. */
export function answerWords({ labels, spans }: Answer, words: readonly string[]): string {
  if (spans !== null)
    return spans.map(({ type, from, to }) => [type, ...words.slice(from, to)].filter(Boolean).join(' ')).join('; ')
  return words.map((word, t) => `${word}/${labels![t] ?? ''}`).join(' ')
}

/** The problem of answers to a sentence of `length` words; null where there is none. */
export function answerProblem(
  answers: readonly Answer[],
  tasks: readonly AnnotationTask[],
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
  if (labels?.length !== length)
    return `found ${labels?.length ?? 'no'} labels, expected one for each of ${length} words`
  const missing = labels.indexOf(null)
  return missing < 0 ? null : `word ${missing + 1} has no label, expected one for each word`
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
