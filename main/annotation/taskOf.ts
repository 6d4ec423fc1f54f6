/** Assigns the spans of a file to tasks. */
import type { CharSpan, ReadOptions, Tallies } from './types.ts'

/** The task name of spans for which neither the file nor the user names a task. */
export const UNNAMED = 'spans'

/**
 * Returns the task of a span with this label; null if no requested task takes it. `own` is the task named in the file,
 * null if it names none. A requested task with a list takes spans whose label or own task is in the list. One without a
 * list takes spans of the task of its name, and spans without a task.
 */
function taskOf(own: string | null, label: string, wanted: ReadOptions['tasks']): string | null {
  if (wanted.size === 0) return own ?? UNNAMED
  for (const [name, where] of wanted) if (where?.some((one) => one === label || one === own)) return name
  for (const [name, where] of wanted) if (where === null && (own === null || own === name)) return name
  return null
}

/** The tally of spans that no requested task takes. */
export const UNWANTED = 'spans of other labels left out'

/** Adds a span to those of its task, or counts it as unwanted. */
export function addSpan(
  spans: Map<string, CharSpan[]>,
  own: string | null,
  span: CharSpan,
  wanted: ReadOptions['tasks'],
  tallies: Tallies,
): void {
  const task = taskOf(own, span.label, wanted)
  const list = task === null ? undefined : spans.get(task)
  if (task === null) tallies.add(UNWANTED)
  else if (list === undefined) spans.set(task, [span])
  else list.push(span)
}
