/** Colours of the types of spans. The word always stands beside the colour. */
import type { TaggedTask } from '../../../shared/tags/tagging.ts'
import { tagTable } from '../../../shared/tags/tags.ts'
import { TASK_COLOURS } from '../../charts/series.ts'

/** The colour (a CSS value) of each type of each span task; those of one task differ as long as there are colours. */
export type SpanColours = (task: string, type: string) => string

export function spanColours(tasks: readonly TaggedTask[]): SpanColours {
  const slots = new Map<string, number>()
  for (const { name, kind, tagNames } of tasks) {
    if (kind === 'span')
      for (const type of tagTable(tagNames).types) slots.set(JSON.stringify([name, type]), slots.size % TASK_COLOURS)
  }
  return (task, type) => `var(--task-${slots.get(JSON.stringify([task, type])) ?? 0})`
}
