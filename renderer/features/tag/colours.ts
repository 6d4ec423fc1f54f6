/** Colours of span types. The name of the type is always shown beside the colour. */
import type { TaggedTask } from '../../../shared/tags/tagging.ts'
import { tagTable } from '../../../shared/tags/tags.ts'
import { TASK_COLOURS } from '../../charts/series.ts'

/** The colour (a CSS value) of a type of a span task; colours within a task repeat only when all are used. */
export type SpanColours = (task: string, type: string) => string

export function spanColours(tasks: readonly TaggedTask[]): SpanColours {
  const slots = new Map<string, number>()
  for (const { name, kind, tagNames } of tasks) {
    if (kind === 'span')
      for (const type of tagTable(tagNames).types) slots.set(JSON.stringify([name, type]), slots.size % TASK_COLOURS)
  }
  return (task, type) => `var(--task-${slots.get(JSON.stringify([task, type])) ?? 0})`
}
