/** What stands below each word of a sentence for one task. */
import type { SentenceTags } from '../../../shared/tags/tagging.ts'

export interface Cell {
  /** What is read: the tag, or the type of the span at its first word; '' inside a span and outside of all. */
  label: string
  /** The span that goes through it; null where there is none, and for token tasks. */
  type: string | null
  first: boolean
  last: boolean
  /** Of the word's own tag. */
  confidence: number | null
  /** What is unsure is told by: of a span its least sure word, else the word itself. */
  sure: number | null
}

export function cellsOf({ tags, confidence, spans }: SentenceTags): Cell[] {
  const cells = tags.map((tag, t): Cell => {
    const sure = confidence?.[t] ?? null
    return { label: spans === null ? tag : '', type: null, first: false, last: false, confidence: sure, sure }
  })
  for (const { type, from, to, confidence: sure } of spans ?? []) {
    for (let t = from; t < to; t++)
      cells[t] = {
        label: t === from ? type || '●' : '',
        type,
        first: t === from,
        last: t === to - 1,
        confidence: cells[t].confidence,
        sure,
      }
  }
  return cells
}

/** What a cell says. A span has its confidence at its first word, a word outside of all an O where that is unsure. */
export function textOf(
  { label, type, first, confidence, sure }: Cell,
  unsure: boolean,
  all: boolean,
): { label: string; confidence: number | null } {
  if (all) return { label: label || (type === null ? 'O' : ''), confidence: first ? sure : confidence }
  const told = unsure && (type === null || first)
  return { label: label || (told ? 'O' : ''), confidence: told ? sure : null }
}
