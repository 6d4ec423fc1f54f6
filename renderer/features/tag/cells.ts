/** The cells below the words of a sentence for one task. No DOM. */
import type { SentenceTags } from '../../../shared/tags/tagging.ts'

export interface Cell {
  /** The text: the tag, or the type of a span at its first word; '' inside a span and outside of spans. */
  label: string
  /** The type of the span that contains it; null outside of spans, and for token tasks. */
  type: string | null
  first: boolean
  last: boolean
  /** Of the word's own tag, 0 to 1. */
  confidence: number | null
  /** The confidence that decides about marking: of a span its lowest, else the word's own. */
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

/** The text of a cell. A span shows its confidence at its first word; a word outside of spans shows O if it is marked. */
export function textOf(
  { label, type, first, confidence, sure }: Cell,
  unsure: boolean,
  all: boolean,
): { label: string; confidence: number | null } {
  if (all) return { label: label || (type === null ? 'O' : ''), confidence: first ? sure : confidence }
  const isMarked = unsure && (type === null || first)
  return { label: label || (isMarked ? 'O' : ''), confidence: isMarked ? sure : null }
}
