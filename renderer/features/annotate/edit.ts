/** Edits of the answers of a sentence. Each returns new answers, or the same where nothing changes. No DOM. */
import type { Answer, AnswerSpan } from '../../../shared/annotation/project.ts'

/** Labels words from..to - 1; in span tasks they become one span of this type and are removed from other spans. */
export function withLabel(answer: Answer, from: number, to: number, label: string): Answer {
  if (answer.labels !== null)
    return { ...answer, labels: answer.labels.map((one, t) => (t >= from && t < to ? label : one)) }
  return { ...answer, spans: inOrder([...cut(answer.spans!, from, to), { type: label, from, to }]) }
}

/** In token tasks, restores the suggested labels; in span tasks, removes all spans that touch the words. */
export function cleared(answer: Answer, from: number, to: number, suggested: Answer | null): Answer {
  if (answer.labels !== null)
    return {
      ...answer,
      labels: answer.labels.map((one, t) => (t >= from && t < to ? (suggested?.labels?.[t] ?? one) : one)),
    }
  return { ...answer, spans: answer.spans!.filter((span) => span.to <= from || span.from >= to) }
}

/** Moves the end (or start) of the span at word t. It keeps at least one word; other spans are cut. */
export function resized(answer: Answer, t: number, edge: 'start' | 'end', by: number, length: number): Answer {
  const span = spanAt(answer, t)
  if (span === null) return answer
  const from = edge === 'start' ? Math.max(0, Math.min(span.to - 1, span.from + by)) : span.from
  const to = edge === 'end' ? Math.min(length, Math.max(span.from + 1, span.to + by)) : span.to
  const others = answer.spans!.filter((one) => one !== span)
  return { ...answer, spans: inOrder([...cut(others, from, to), { ...span, from, to }]) }
}

/** The span that contains a word; null outside of spans, and in token tasks. */
export function spanAt({ spans }: Answer, t: number): AnswerSpan | null {
  return spans?.find(({ from, to }) => from <= t && t < to) ?? null
}

/** The spans without the words from..to - 1; parts on both sides are kept. */
function cut(spans: readonly AnswerSpan[], from: number, to: number): AnswerSpan[] {
  return spans.flatMap((span) =>
    [
      { ...span, to: Math.min(span.to, from) },
      { ...span, from: Math.max(span.from, to) },
    ].filter((part) => part.from < part.to),
  )
}

function inOrder(spans: AnswerSpan[]): AnswerSpan[] {
  return spans.toSorted((a, b) => a.from - b.from)
}
