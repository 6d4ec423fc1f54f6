/** What stands below each word of a sentence that is corrected, for one task. */
import type { Answer } from '../../../shared/annotation/correcting.ts'
import type { SentenceTags } from '../../../shared/tags/tagging.ts'
import { spanAt } from './edit.ts'

export interface EditCell {
  /** What is read: the label, or the type of the span at its first word; '' inside of one, and outside of all. */
  label: string
  /** Of the span that goes through; null where there is none. */
  type: string | null
  first: boolean
  last: boolean
  /** How sure the model was, where the word still is what it suggested; of a span its least sure word. */
  sure: number | null
  /** Whether it is not what was suggested. */
  changed: boolean
}

/** Of a sentence of `length` words. */
export function editCells(answer: Answer, suggested: SentenceTags | null, length: number): EditCell[] {
  return answer.labels === null
    ? spanCells(answer, suggested, length)
    : answer.labels.map((label, t) => {
        const changed = suggested !== null && suggested.tags[t] !== label
        return {
          label,
          type: null,
          first: false,
          last: false,
          sure: changed ? null : (suggested?.confidence?.[t] ?? null),
          changed,
        }
      })
}

function spanCells(answer: Answer, suggested: SentenceTags | null, length: number): EditCell[] {
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

/** The task and the word that the model is least sure of: where to look first. */
export function leastSure(tags: readonly SentenceTags[]): { task: number; word: number } {
  let [least, found] = [Infinity, { task: 0, word: 0 }]
  tags.forEach(({ confidence }, task) =>
    confidence?.forEach((sure, word) => {
      if (sure < least) [least, found] = [sure, { task, word }]
    }),
  )
  return found
}
