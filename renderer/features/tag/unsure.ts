/** What the network is not sure of. */
import type { TaggedText } from '../../../shared/protocol/requests/tagging.ts'
import { cellsOf } from './cells.ts'

/** Whether a tag is to stand out; without a confidence none is. */
export const isUnsure = (confidence: number | null, below: number) => confidence !== null && confidence < below

/** The tags of some tasks that are below a confidence (0–1): a span counts once, a word outside of all spans once. */
export function countUnsure({ tasks }: Pick<TaggedText, 'tasks'>, names: ReadonlySet<string>, below: number): number {
  return tasks
    .filter(({ task }) => names.has(task))
    .reduce(
      (sum, tags) =>
        sum + cellsOf(tags).filter(({ type, first, sure }) => (type === null || first) && isUnsure(sure, below)).length,
      0,
    )
}

/** 0.9876 → "99 %"; never 100 where it is less than that. */
export function sureness(confidence: number): string {
  return `${confidence >= 0.9995 ? 100 : Math.min(99, Math.round(100 * confidence))} %`
}
