/** What the network is not sure of. */
import type { TaggedText } from '../../shared/requests/tagging.ts'

/** The tags of some tasks that are below a confidence (0–1). Of a span, every word counts. */
export function countUnsure({ tasks }: Pick<TaggedText, 'tasks'>, names: ReadonlySet<string>, below: number): number {
  return tasks.reduce((sum, { task, confidence }) => sum + (names.has(task) && confidence !== null ? confidence.filter((value) => value < below).length : 0), 0)
}

/** 0.9876 → "99 %"; never 100 where it is less than that. */
export function sureness(confidence: number): string {
  return `${confidence >= 0.9995 ? 100 : Math.min(99, Math.round(100 * confidence))} %`
}
