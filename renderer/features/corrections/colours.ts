/** Colours of the types of spans that one may choose. The word always stands beside the colour. */
import type { CorrectedTask } from '../../../shared/annotation/correcting.ts'
import { TASK_COLOURS } from '../../charts/series.ts'
import type { SpanColours } from '../tag/colours.ts'

/** Those of one task differ as long as there are colours. */
export function labelColours(tasks: readonly CorrectedTask[]): SpanColours {
  const slots = new Map<string, number>()
  for (const { name, kind, labels } of tasks) {
    if (kind === 'span') for (const label of labels) slots.set(JSON.stringify([name, label]), slots.size % TASK_COLOURS)
  }
  return (task, label) => `var(--task-${slots.get(JSON.stringify([task, label])) ?? 0})`
}
