/**
 * Spans by characters to spans by tokens. A span that does not fit is told, and then handled as the person chose, never dropped in
 * silence. It does not fit where it
 *  - begins or ends within a token: snap takes every token that it touches
 *  - holds no token at all
 *  - overlaps another one of its task: the longest stays, for a tag is one thing
 *  - goes on over the end of a sentence: snap joins the sentences
 *  - is not where its own text says
 * White space at its ends is no part of a span and not told one by one.
 */
import type { SpanPolicy } from '../../shared/annotation/annotation.ts'
import type { Layout } from './layout.ts'
import type { Annotated, CharSpan, TaskKind, Tallies } from './types.ts'

export interface TokenSpan {
  label: string
  /** First token, and the one after the last. */
  from: number
  to: number
  span: CharSpan
}

export interface Alignment {
  file: string
  policy: SpanPolicy
  /** Hears of every span that does not fit. */
  issue(message: string, span: CharSpan): void
  tallies: Tallies
}

const SHOWN = 60

/** The tokens of each span of a task, in the order of the text; may overlap. */
export function meetTokens(document: Annotated, layout: Layout, task: string, alignment: Alignment): TokenSpan[] {
  const met: TokenSpan[] = []
  for (const span of document.spans.get(task) ?? []) {
    const [from, to] = tokensTouched(layout.tokens, span)
    const tell = (what: string, taken: string | null) => tellOf(document, task, span, what, taken, alignment)
    if (from >= to) {
      tell('holds no token', null)
      continue
    }
    const [start, end] = [layout.tokens[2 * from], layout.tokens[2 * to - 1]]
    const tokens = `${to - from === 1 ? `the token ${from}` : `the tokens ${from} to ${to - 1}`}, ${quoted(document.text.slice(start, end))}`
    if (span.doubt !== undefined && !tell(span.doubt, `taken by its offsets, as ${tokens}`)) continue
    if ((span.start > start || span.end < end) && !tell(`cuts ${tokens}`, `taken as ${tokens}`)) continue
    if (span.start < start || span.end > end)
      alignment.tallies.add('spans with white space at their ends, which is left out')
    met.push({ label: span.label, from, to, span })
  }
  return met.sort((a, b) => a.from - b.from || b.to - a.to)
}

/** The document without spans that are nowhere in its text, which are reported. */
export function withinText(document: Annotated, alignment: Alignment): Annotated {
  if (![...document.spans.values()].some((spans) => spans.some(({ outside }) => outside !== undefined))) return document
  const spans = [...document.spans].map(([task, list]): [string, CharSpan[]] => [
    task,
    list.filter((span) => {
      if (span.outside === undefined) return true
      tellOf(document, task, span, span.outside, null, alignment)
      return false
    }),
  ])
  return { ...document, spans: new Map(spans) }
}

/** Tokens that share a character with the span: the first, and the one after the last. */
function tokensTouched(tokens: Int32Array, { start, end }: CharSpan): [number, number] {
  let [low, high] = [0, tokens.length / 2]
  while (low < high) {
    const middle = (low + high) >> 1
    if (tokens[2 * middle + 1] <= start) low = middle + 1
    else high = middle
  }
  let to = low
  while (2 * to < tokens.length && tokens[2 * to] < end) to++
  return [low, to]
}

/** Of spans that overlap the longest, of equally long ones the first. Token tasks: of spans over several tokens one for each. */
export function withoutOverlaps(
  document: Annotated,
  task: string,
  kind: TaskKind,
  met: TokenSpan[],
  alignment: Alignment,
): TokenSpan[] {
  const single = kind === 'token' ? met.flatMap((span) => perToken(document, task, span, alignment)) : met
  const kept: TokenSpan[] = []
  const taken = new Map<number, TokenSpan>()
  const byLength = [...single].sort((a, b) => b.to - b.from - (a.to - a.from))
  for (const one of byLength) {
    let other: TokenSpan | undefined
    for (let t = one.from; t < one.to && other === undefined; t++) other = taken.get(t)
    if (other === undefined) {
      kept.push(one)
      for (let t = one.from; t < one.to; t++) taken.set(t, one)
    } else if (other.from === one.from && other.to === one.to && other.label === one.label) {
      alignment.tallies.add('spans given twice')
    } else {
      tellOf(
        document,
        task,
        one.span,
        `overlaps ${quoted(document.text.slice(other.span.start, other.span.end))} (${other.label}), which stays`,
        null,
        alignment,
      )
    }
  }
  return kept.sort((a, b) => a.from - b.from)
}

function perToken(document: Annotated, task: string, span: TokenSpan, alignment: Alignment): TokenSpan[] {
  const { from, to } = span
  if (to - from === 1) return [span]
  const what = `is over ${to - from} tokens, where every token has a label of its own`
  if (!tellOf(document, task, span.span, what, 'its label given to each of them', alignment)) return []
  return Array.from({ length: to - from }, (_, i) => ({ ...span, from: from + i, to: from + i + 1 }))
}

/** Sentence starts without those within a span, and the spans that fit them. */
export function withinSentences(
  document: Annotated,
  starts: readonly number[],
  task: string,
  spans: TokenSpan[],
  alignment: Alignment,
): { starts: number[]; spans: TokenSpan[] } {
  const crossed = new Set<number>()
  let next = 0
  // Both are in order: a start that is before one span is before those that follow.
  const kept = spans.filter(({ from, to, span }) => {
    while (next < starts.length && starts[next] <= from) next++
    const inside: number[] = []
    for (let s = next; s < starts.length && starts[s] < to; s++) inside.push(starts[s])
    if (inside.length === 0) return true
    const fits = tellOf(document, task, span, 'goes on over the end of a sentence', `the sentences joined`, alignment)
    if (fits) inside.forEach((start) => crossed.add(start))
    return fits
  })
  return { starts: starts.filter((start) => !crossed.has(start)), spans: kept }
}

/** Tells of a span; returns whether it stays. `taken`: what snapping makes of it; null: nothing helps. */
function tellOf(
  { line, text }: Annotated,
  task: string,
  span: CharSpan,
  what: string,
  taken: string | null,
  { file, policy, issue, tallies }: Alignment,
): boolean {
  const { start, end, place = [start, end], label } = span
  // Refusing goes on as snapping would, to tell of all that does not fit.
  const stays = policy !== 'skip' && taken !== null
  if (policy !== 'refuse') tallies.add(stays ? 'spans made to fit' : 'spans left out')
  const fate = policy === 'refuse' ? '' : stays ? `: ${taken}` : ': left out'
  issue(
    `${file}:${line}: ${task}: ${quoted(text.slice(start, end))} (${label}, characters ${place[0]} to ${place[1]}) ${what}${fate}`,
    span,
  )
  return stays
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}
