/**
 * Edits of tasks and labels, as a log. Decisions and suggestions are never rewritten: each keeps the number of the last
 * edit that it knew, and later edits are applied when it is read. Undoing an edit adds an entry to the log. No Node, no
 * DOM.
 */
import type { Answer, SuggestedTags } from './project.ts'

export type TaskEdit =
  { do: 'addTask'; task: string } | { do: 'renameTask'; from: string; to: string } | { do: 'deleteTask'; task: string }

export type LabelEdit =
  | { do: 'add' | 'change' | 'delete'; task: string; label: string }
  | { do: 'rename'; task: string; from: string; to: string }
  | { do: 'merge'; task: string; from: string; into: string }
  | { do: 'order' | 'take'; task: string }

export type Edit = TaskEdit | LabelEdit

/** An entry of the log: an edit, or one that undoes an earlier edit. */
export interface LogEntry {
  id: number
  edit: Edit
  /** The id of the entry that this one undoes; null: it is an edit itself. */
  undoes: number | null
}

/** Changes one answer; null: the task is gone. */
type Step = (answer: Answer) => Answer | null

/**
 * Reads answers that knew the log up to entry `known`: later edits are applied, edits undone later are not, and where
 * an edit that was known was undone since, it is taken back.
 */
export class LabelLog {
  private readonly entries: readonly LogEntry[]
  private readonly undone: ReadonlySet<number>
  /** By the entry known. */
  private readonly steps = new Map<number, Step[]>()

  constructor(entries: readonly LogEntry[]) {
    this.entries = entries
    this.undone = new Set(entries.flatMap(({ undoes }) => undoes ?? []))
  }

  /** The last entry: what is written now knows the log up to here. */
  get last(): number {
    return this.entries.at(-1)?.id ?? 0
  }

  /** The edit that would be undone next. */
  get undoable(): LogEntry | null {
    return this.entries.findLast(({ id, undoes }) => undoes === null && !this.undone.has(id)) ?? null
  }

  answers(answers: readonly Answer[], known: number): Answer[] {
    const steps = this.stepsFrom(known)
    if (steps.length === 0) return [...answers]
    return answers.flatMap((answer) => apply(answer, steps) ?? [])
  }

  /** Suggested tags: their words' labels and spans are changed alike. Tags of spans follow from the spans. */
  tags(tags: readonly SuggestedTags[], known: number): SuggestedTags[] {
    const steps = this.stepsFrom(known)
    if (steps.length === 0) return [...tags]
    return tags.flatMap((one): SuggestedTags[] => {
      const answer = apply({ task: one.task, labels: one.spans === null ? one.tags : null, spans: one.spans }, steps)
      if (answer === null) return []
      if (answer.spans === null) return [{ ...one, task: answer.task, tags: answer.labels! }]
      const spans = answer.spans.map((span) => ({ ...span, confidence: confidenceAt(one, span.from) }))
      return [{ ...one, task: answer.task, tags: tagsOfSpansIn(spans, one.tags.length), spans }]
    })
  }

  private stepsFrom(known: number): Step[] {
    const kept = this.steps.get(known)
    if (kept !== undefined) return kept
    const steps = this.entries.flatMap(({ id, edit, undoes }): Step[] => {
      if (id <= known) return []
      if (undoes === null) return this.undone.has(id) ? [] : stepOf(edit)
      return undoes <= known ? inverseOf(edit) : []
    })
    this.steps.set(known, steps)
    return steps
  }
}

function apply(answer: Answer, steps: readonly Step[]): Answer | null {
  let changed: Answer | null = answer
  for (const step of steps) {
    if (changed === null) return null
    changed = step(changed)
  }
  return changed
}

function stepOf(edit: Edit): Step[] {
  switch (edit.do) {
    case 'rename':
      return [renamed(edit.task, edit.from, edit.to)]
    case 'merge':
      return [renamed(edit.task, edit.from, edit.into)]
    case 'delete':
      return [
        (answer) =>
          answer.task !== edit.task
            ? answer
            : {
                ...answer,
                labels: answer.labels && answer.labels.map((label) => (label === edit.label ? null : label)),
                spans: answer.spans && answer.spans.filter(({ type }) => type !== edit.label),
              },
      ]
    case 'renameTask':
      return [(answer) => (answer.task === edit.from ? { ...answer, task: edit.to } : answer)]
    case 'deleteTask':
      return [(answer) => (answer.task === edit.task ? null : answer)]
    default:
      return []
  }
}

/** Takes an edit back in what was written while it held. Labels that were merged or deleted before that are unknown. */
function inverseOf(edit: Edit): Step[] {
  switch (edit.do) {
    case 'rename':
      return [renamed(edit.task, edit.to, edit.from)]
    case 'renameTask':
      return [(answer) => (answer.task === edit.to ? { ...answer, task: edit.from } : answer)]
    case 'addTask':
      return [(answer) => (answer.task === edit.task ? null : answer)]
    default:
      return []
  }
}

function renamed(task: string, from: string, to: string): Step {
  return (answer) =>
    answer.task !== task
      ? answer
      : {
          ...answer,
          labels: answer.labels && answer.labels.map((label) => (label === from ? to : label)),
          spans: answer.spans && answer.spans.map((span) => (span.type === from ? { ...span, type: to } : span)),
        }
}

function confidenceAt({ spans }: SuggestedTags, from: number): number | null {
  return spans!.find((span) => span.from === from)?.confidence ?? null
}

function tagsOfSpansIn(spans: readonly { type: string; from: number; to: number }[], length: number): string[] {
  const tags = new Array<string>(length).fill('O')
  for (const { type, from, to } of spans)
    for (let t = from; t < to; t++) tags[t] = (t === from ? 'B' : 'I') + (type === '' ? '' : `-${type}`)
  return tags
}

/** An edit in words: what undoing it would undo. */
export function describeEdit(edit: Edit): string {
  switch (edit.do) {
    case 'addTask':
      return `adding the task ${edit.task}`
    case 'renameTask':
      return `renaming the task ${edit.from} to ${edit.to}`
    case 'deleteTask':
      return `deleting the task ${edit.task}`
    case 'add':
      return `adding the label ${edit.label}`
    case 'change':
      return `changing the label ${edit.label}`
    case 'delete':
      return `deleting the label ${edit.label}`
    case 'rename':
      return `renaming ${edit.from} to ${edit.to}`
    case 'merge':
      return `merging ${edit.from} into ${edit.into}`
    case 'order':
      return `reordering the labels of ${edit.task}`
    case 'take':
      return `taking over labels for ${edit.task}`
  }
}
