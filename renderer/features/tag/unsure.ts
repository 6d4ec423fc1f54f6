/** Tags of low confidence. No DOM. */
import type { TaggedText } from '../../../shared/protocol/requests/tagging.ts'
import { cellsOf } from './cells.ts'

/** Whether a tag is marked; a tag without a confidence is not. */
export const isUnsure = (confidence: number | null, below: number) => confidence !== null && confidence < below

/** The number of tags of some tasks below a confidence (0–1); a span counts once, a word outside of spans once. */
export function countUnsure({ tasks }: Pick<TaggedText, 'tasks'>, names: ReadonlySet<string>, below: number): number {
  return tasks
    .filter(({ task }) => names.has(task))
    .reduce(
      (sum, tags) =>
        sum + cellsOf(tags).filter(({ type, first, sure }) => (type === null || first) && isUnsure(sure, below)).length,
      0,
    )
}

/** 0.9876 → "99 %"; "100 %" only from 0.9995 on. */
export function confidenceText(confidence: number): string {
  return `${confidence >= 0.9995 ? 100 : Math.min(99, Math.round(100 * confidence))} %`
}
