/** The cells below the words of a sentence that is labelled, for one task. No DOM. */
import type { Answer, SuggestedTags } from '../../../shared/annotation/project.ts'
import { spanAt } from './edit.ts'

export interface EditCell {
  /** The text: the label, or the type of a span at its first word; '' inside a span and outside of spans. */
  label: string
  /** The type of the span that contains it; null outside of spans. */
  type: string | null
  first: boolean
  last: boolean
  /** The confidence of the suggestion while it is unchanged, 0 to 1; of a span, its lowest. */
  sure: number | null
  /** Whether it differs from the suggestion. */
  changed: boolean
}

/** For a sentence of `length` words. */
export function editCells(answer: Answer, suggested: SuggestedTags | null, length: number): EditCell[] {
  return answer.labels === null
    ? spanCells(answer, suggested, length)
    : answer.labels.map((label, t) => {
        const changed = suggested !== null && suggested.tags[t] !== label
        return {
          label: label ?? '',
          type: null,
          first: false,
          last: false,
          sure: changed ? null : (suggested?.confidence?.[t] ?? null),
          changed,
        }
      })
}

function spanCells(answer: Answer, suggested: SuggestedTags | null, length: number): EditCell[] {
  return Array.from({ length }, (_, t) => {
    const own = spanAt(answer, t)
    const theirs = suggested?.spans?.find(({ from, to }) => from <= t && t < to) ?? null
    const changed =
      suggested !== null && (own?.type !== theirs?.type || own?.from !== theirs?.from || own?.to !== theirs?.to)
    const sure = changed ? null : (theirs?.confidence ?? suggested?.confidence?.[t] ?? null)
    return {
      label: own?.from === t ? own.type || '●' : '',
      type: own?.type ?? null,
      first: own?.from === t,
      last: own?.to === t + 1,
      sure,
      changed,
    }
  })
}

/** The task and the word of the lowest confidence: where to look first. */
export function leastCertain(tags: readonly SuggestedTags[]): { task: number; word: number } {
  let [least, found] = [Infinity, { task: 0, word: 0 }]
  tags.forEach(({ confidence }, task) =>
    confidence?.forEach((sure, word) => {
      if (sure < least) [least, found] = [sure, { task, word }]
    }),
  )
  return found
}
