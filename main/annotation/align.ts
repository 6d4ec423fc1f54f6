/**
 * Converts character spans to token spans. A span that does not match the tokens is always reported, and then handled
 * by the chosen policy (`SpanPolicy`). A span does not match if it
 *  - begins or ends within a token: `snap` extends it to every token that it touches
 *  - contains no token
 *  - overlaps another span of its task: the longest is kept, because a token has one tag per task
 *  - crosses the end of a sentence: `snap` joins the sentences
 *  - is not at the offsets where its own text says it is
 * White space at the ends of a span is trimmed; trimmed spans are counted, not reported one by one.
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
  /** Called for every span that does not match the tokens. */
  issue(message: string, span: CharSpan): void
  tallies: Tallies
}

const SHOWN = 60

/** Returns the token span of each span of a task, in text order. The spans may overlap. */
export function meetTokens(document: Annotated, layout: Layout, task: string, alignment: Alignment): TokenSpan[] {
  const met: TokenSpan[] = []
  for (const span of document.spans.get(task) ?? []) {
    const [from, to] = tokensTouched(layout.tokens, span)
    const report = (what: string, taken: string | null) => reportSpan(document, task, span, what, taken, alignment)
    if (from >= to) {
      report('holds no token', null)
      continue
    }
    const [start, end] = [layout.tokens[2 * from], layout.tokens[2 * to - 1]]
    const range = to - from === 1 ? `the token ${from}` : `the tokens ${from} to ${to - 1}`
    const tokens = `${range}, ${quoted(document.text.slice(start, end))}`
    if (span.doubt !== undefined && !report(span.doubt, `taken by its offsets, as ${tokens}`)) continue
    if ((span.start > start || span.end < end) && !report(`cuts ${tokens}`, `taken as ${tokens}`)) continue
    if (span.start < start || span.end > end)
      alignment.tallies.add('spans with white space at their ends, which is left out')
    met.push({ label: span.label, from, to, span })
  }
  return met.sort((a, b) => a.from - b.from || b.to - a.to)
}

/** Returns the document without the spans whose offsets are outside its text. Those spans are reported. */
export function withinText(document: Annotated, alignment: Alignment): Annotated {
  if (![...document.spans.values()].some((spans) => spans.some(({ outside }) => outside !== undefined))) return document
  const spans = [...document.spans].map(([task, list]): [string, CharSpan[]] => [
    task,
    list.filter((span) => {
      if (span.outside === undefined) return true
      reportSpan(document, task, span, span.outside, null, alignment)
      return false
    }),
  ])
  return { ...document, spans: new Map(spans) }
}

/** The range [from, to) of the tokens that share a character with the span. */
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

/**
 * Keeps the longest of overlapping spans, and the first of equally long ones. In a token task, a span over several
 * tokens is split into one span per token.
 */
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
      reportSpan(
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
  if (!reportSpan(document, task, span.span, what, 'its label given to each of them', alignment)) return []
  return Array.from({ length: to - from }, (_, i) => ({ ...span, from: from + i, to: from + i + 1 }))
}

/**
 * Removes sentence starts that lie within a span, so that no kept span crosses a sentence. Returns the remaining starts
 * and the kept spans.
 */
export function withinSentences(
  document: Annotated,
  starts: readonly number[],
  task: string,
  spans: TokenSpan[],
  alignment: Alignment,
): { starts: number[]; spans: TokenSpan[] } {
  const crossed = new Set<number>()
  let next = 0
  // Starts and spans are both sorted, so a start before one span is also before all later spans.
  const kept = spans.filter(({ from, to, span }) => {
    while (next < starts.length && starts[next] <= from) next++
    const inside: number[] = []
    for (let s = next; s < starts.length && starts[s] < to; s++) inside.push(starts[s])
    if (inside.length === 0) return true
    const fits = reportSpan(
      document,
      task,
      span,
      'goes on over the end of a sentence',
      `the sentences joined`,
      alignment,
    )
    if (fits) inside.forEach((start) => crossed.add(start))
    return fits
  })
  return { starts: starts.filter((start) => !crossed.has(start)), spans: kept }
}

/**
 * Reports a span that does not match the tokens and returns whether it is kept. `taken` describes the result of
 * snapping; null if snapping cannot fix it.
 */
function reportSpan(
  { line, text }: Annotated,
  task: string,
  span: CharSpan,
  what: string,
  taken: string | null,
  { file, policy, issue, tallies }: Alignment,
): boolean {
  const { start, end, place = [start, end], label } = span
  // `refuse` continues as `snap` does, so that all such spans are reported.
  const stays = policy !== 'skip' && taken !== null
  if (policy !== 'refuse') tallies.add(stays ? 'spans made to fit' : 'spans left out')
  const fate = policy === 'refuse' ? '' : stays ? `: ${taken}` : ': left out'
  issue(
    `${file}:${line}: ${task}: ${quoted(text.slice(start, end))} ` +
      `(${label}, characters ${place[0]} to ${place[1]}) ${what}${fate}`,
    span,
  )
  return stays
}

function quoted(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}
