/** What stands below each word of a sentence for one task. */
import type { SentenceTags } from '../../shared/tagging.ts'

export interface Cell {
  /** What is read: the tag, or the type of the span at its first word; '' inside a span and outside of all. */
  label: string
  /** The span that goes through it; null where there is none, and for token tasks. */
  type: string | null
  first: boolean
  last: boolean
  /** Of the word's tag; of a span, the least of its words, at its first one. */
  confidence: number | null
}

export function cellsOf({ tags, confidence, spans }: SentenceTags): Cell[] {
  const cells = tags.map((tag, t): Cell => ({
    label: spans === null ? tag : '', type: null, first: false, last: false, confidence: confidence?.[t] ?? null,
  }))
  for (const { type, from, to, confidence: least } of spans ?? []) {
    for (let t = from; t < to; t++) cells[t] = { label: t === from ? type : '', type, first: t === from, last: t === to - 1, confidence: t === from ? least : cells[t].confidence }
  }
  return cells
}
