/** Which task a span of a file belongs to. */
import type { CharSpan, ReadOptions, Tallies } from './types.ts'

/** Of labels that nothing says the task of. */
export const UNNAMED = 'spans'

/**
 * The task of a span with this label that the file puts into task `own` (null: it does not say). By the person's wishes: a task with
 * labels takes those, or all that the file puts into a task of such a name; one without takes what has its name, or what has none.
 * Null: not wanted.
 */
function taskOf(own: string | null, label: string, wanted: ReadOptions['tasks']): string | null {
  if (wanted.size === 0) return own ?? UNNAMED
  for (const [name, where] of wanted) if (where?.some((one) => one === label || one === own)) return name
  for (const [name, where] of wanted) if (where === null && (own === null || own === name)) return name
  return null
}

/** What counts the spans of no task that is wanted. */
export const UNWANTED = 'spans of other labels left out'

/** Puts a span to those of its task, or counts it where nobody wants that. */
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
