/** Annotated text of other tools: dialects, units, choices. No Node, no DOM. */
import { OFFSET_UNITS, type OffsetUnit, type OutputFormat, type TaggedTask } from '../tags/tagging.ts'
import type { FileFormat } from './formats.ts'
import { splitTag, type TagScheme } from '../tags/tags.ts'

/** doccano and Prodigy: JSON lines; Label Studio: a JSON array of tasks, or JSON lines. */
export const TOOLS = ['doccano', 'prodigy', 'labelstudio'] as const satisfies readonly OutputFormat[]
export type Tool = (typeof TOOLS)[number]

export const ANNOTATION_FORMATS = ['conll', 'conllu', ...TOOLS] as const
export type AnnotationFormat = (typeof ANNOTATION_FORMATS)[number]

export function isTool(format: string): format is Tool {
  return TOOLS.some((tool) => tool === format)
}

/** What offsets of annotation tools count; graphemes: characters as a reader sees them. */
export const TOOL_UNITS = [...OFFSET_UNITS, 'graphemes'] as const
export type ToolUnit = (typeof TOOL_UNITS)[number]

/** As JavaScript counts (doccano), as Python does (spaCy, Label Studio since 1.5). */
export const UNIT_OF: Record<Tool, OffsetUnit> = { doccano: 'utf16', prodigy: 'codePoints', labelstudio: 'codePoints' }

/** What becomes of spans that do not fit: refuse tells of all and stops; snap takes all tokens that they touch; skip leaves them out. */
export const SPAN_POLICIES = ['refuse', 'snap', 'skip'] as const
export type SpanPolicy = (typeof SPAN_POLICIES)[number]

/** One file of annotations to be written in another dialect. */
export interface ConvertJob {
  input: {
    /** As messages name it. */
    name: string
    /** Null: standard input. */
    path: string | null
    bytes(): AsyncIterable<Uint8Array>
    format: FileFormat | 'auto'
    /** A WHATWG label; null: UTF-8. */
    encoding?: string | null
    /** Names of numbered tags: a list, or the path of a file. */
    labels?: string | null
    /** Is told the format that was detected, where none was given. */
    onDetected?(format: FileFormat): void
    /** Wanted tasks and where they are: a column, labels, names of controls; null where the name says enough. Empty: all. */
    tasks: ReadonlyMap<string, string[] | null>
    /** What the tasks are of, where the file does not say and is misjudged. */
    kinds: ReadonlyMap<string, 'span' | 'token'>
    /** What offsets count; null: what the dialect has them count. */
    offsets: ToolUnit | null
    /** Of Label Studio: whose work counts where several annotated a task. */
    annotator: string
    /** Column of the words in CoNLL files. */
    words: number
  }
  output: {
    format: AnnotationFormat
    offsets: ToolUnit | null
    scheme: TagScheme
    /** Is waited for. */
    write(text: string): Promise<void>
  }
  spans: SpanPolicy
  /** Hears of every span that does not fit, and what became of it. */
  onIssue(message: string): void
}

/** What became of it. */
export interface ConvertCounts {
  from: FileFormat
  /** Texts read, sentences or texts written. */
  read: number
  written: number
  tasks: { name: string; kind: 'span' | 'token'; spans: number; labels: string[] }[]
  /** What was left out, and what one should know. */
  notes: string[]
}

const MANY_LABELS = 100

/** What to tell of the labelling set-up that a project of Label Studio needs for these tasks. */
export function labellingSetUp(tasks: readonly { name: string; labels: readonly string[] }[]): string {
  const labels = tasks.reduce((sum, task) => sum + task.labels.length, 0)
  if (labels > MANY_LABELS)
    return `the project needs a Labels control for each of ${tasks.map(({ name }) => name).join(', ')}, all for a Text named text`
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
