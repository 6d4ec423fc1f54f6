/** Annotated text of other tools: dialects, units, choices. No Node, no DOM. */
import { OFFSET_UNITS, type OffsetUnit, type OutputFormat, type TaggedTask } from '../tags/tagging.ts'
import type { FileFormat } from './formats.ts'
import { splitTag, type TagScheme } from '../tags/tags.ts'

/** doccano and Prodigy: JSON lines; Label Studio: a JSON array of tasks, or JSON lines. */
export const TOOLS = ['doccano', 'prodigy', 'labelstudio'] as const satisfies readonly OutputFormat[]
export type Tool = (typeof TOOLS)[number]

export const ANNOTATION_FORMATS = ['conll', 'conllu', ...TOOLS] as const
export type AnnotationFormat = (typeof ANNOTATION_FORMATS)[number]

/** What the window saves: brat as a zip file of two. */
export const SAVED_FORMATS = [...ANNOTATION_FORMATS, 'brat'] as const
export type SavedFormat = (typeof SAVED_FORMATS)[number]

export function isTool(format: string): format is Tool {
  return TOOLS.some((tool) => tool === format)
}

/** Offset units of annotation tools. graphemes: user-perceived characters. */
export const TOOL_UNITS = [...OFFSET_UNITS, 'graphemes'] as const
export type ToolUnit = (typeof TOOL_UNITS)[number]

/** Offset unit of each tool: that of JavaScript (doccano) or of Python (Prodigy, Label Studio since 1.5). */
export const UNIT_OF: Record<Tool, OffsetUnit> = { doccano: 'utf16', prodigy: 'codePoints', labelstudio: 'codePoints' }

/**
 * How to handle spans that do not match the tokens: `refuse` reports all of them and stops; `snap` extends them to all
 * tokens that they touch; `skip` leaves them out.
 */
export const SPAN_POLICIES = ['refuse', 'snap', 'skip'] as const
export type SpanPolicy = (typeof SPAN_POLICIES)[number]

/** One file of annotations to convert to another format. */
export interface ConvertJob {
  input: {
    /** Name of the input in messages. */
    name: string
    /** Null for standard input. */
    path: string | null
    bytes(): AsyncIterable<Uint8Array>
    format: FileFormat | 'auto'
    /** brat: the file of the text, where it does not lie beside the annotations under their name. */
    textPath?: string | undefined
    /** A WHATWG encoding label; null for UTF-8. */
    encoding?: string | null
    /** Names of numbered tags: a list, or the path of a file. */
    labels?: string | null
    /** Called with the detected format if `format` is `auto`. */
    onDetected?(format: FileFormat): void
    /**
     * Requested tasks and their source: a column, labels, or control names; null to find it by the task name. Empty
     * means all tasks.
     */
    tasks: ReadonlyMap<string, string[] | null>
    /** Kinds of tasks, to override those found in the file. */
    kinds: ReadonlyMap<string, 'span' | 'token'>
    /** Unit of the offsets; null for the default unit of the format. */
    offsets: ToolUnit | null
    /** Label Studio only: whose annotations are used if several people annotated a task. */
    annotator: string
    /** Column of the words in CoNLL files. */
    words: number
  }
  output: {
    format: AnnotationFormat
    offsets: ToolUnit | null
    scheme: TagScheme
    /** Awaited before the next call. */
    write(text: string): Promise<void>
  }
  spans: SpanPolicy
  /** Called for every span that does not match the tokens, with how it was handled. */
  onIssue(message: string): void
}

/** The result of a conversion. */
export interface ConvertCounts {
  from: FileFormat
  /** Number of texts read, and of sentences or texts written. */
  read: number
  written: number
  tasks: { name: string; kind: 'span' | 'token'; spans: number; labels: string[] }[]
  /** What was left out, and other remarks for the user. */
  notes: string[]
}

const MANY_LABELS = 100

/** A message with the labelling set-up that a Label Studio project needs for these tasks. */
export function labellingSetUp(tasks: readonly { name: string; labels: readonly string[] }[]): string {
  const labels = tasks.reduce((sum, task) => sum + task.labels.length, 0)
  if (labels > MANY_LABELS)
    return (
      `the project needs a Labels control for each of ${tasks.map(({ name }) => name).join(', ')}, ` +
      'all for a Text named text'
    )
  const quoted = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)
  const controls = tasks.map(
    (task) =>
      `<Labels name="${quoted(task.name)}" toName="text">${task.labels.map((label) => `<Label value="${quoted(label)}"/>`).join('')}</Labels>`,
  )
  return `the project's labelling set-up: <View>${controls.join('')}<Text name="text" value="$text"/></View>`
}

/** The labels that a tagger's task can give. */
export function labelsOf({ name, kind, tagNames }: TaggedTask): string[] {
  if (kind === 'token') return [...tagNames]
  return [...new Set(tagNames.flatMap((tag) => (tag === 'O' ? [] : [splitTag(tag)?.type || name])))]
}
