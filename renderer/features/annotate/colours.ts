/** Colours of the span types to choose from. The name of the type is always shown beside the colour. */
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import { TASK_COLOURS } from '../../charts/series.ts'
import type { SpanColours } from '../tag/colours.ts'

/** Colours within a task repeat only when all are used. */
export function labelColours(tasks: readonly AnnotationTask[]): SpanColours {
  const slots = new Map<string, number>()
  for (const { name, kind, labels } of tasks) {
    if (kind !== 'span') continue
    for (const label of labels)
      slots.set(JSON.stringify([name, label.name]), (label.colour ?? slots.size) % TASK_COLOURS)
  }
  return (task, label) => `var(--task-${slots.get(JSON.stringify([task, label])) ?? 0})`
}
