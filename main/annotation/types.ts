/** The common representation of annotated text: every format is read into it and written from it. */
import type { ConvertJob } from '../../shared/annotation/annotation.ts'
import type { FileFormat } from '../../shared/annotation/formats.ts'
import type { Sentence } from '../../shared/tags/tagging.ts'

/** A labelled span of a text; offsets in UTF-16 units. */
export interface CharSpan {
  start: number
  end: number
  label: string
  /** Start and end in the offset unit of the file, for messages; absent if the file has only tokens. */
  place?: readonly [number, number]
  /** Confidence of the model; absent for human annotations. */
  score?: number
  /** Why the offsets may be wrong. The span is reported. */
  doubt?: string
  /** Why the span is outside its text. The span is reported and left out. */
  outside?: string
}

/** A text with the spans of each task. A token task has one span per token. */
export interface Annotated {
  /** Line of the file on which the text begins, for messages. */
  line: number
  text: string
  /** [2n] start and end (exclusive) of each token, in UTF-16 units; null if the format has no tokens. */
  tokens: Int32Array | null
  /** Index of the first token of each sentence; null if sentences are to be found in the text. */
  sentences: number[] | null
  /** Spans by task, in file order. */
  spans: Map<string, CharSpan[]>
  /** Other fields of the record; preserved on output. */
  meta: Record<string, unknown>
  /** The file has only tokens; `text` is the tokens joined by spaces. */
  joined?: true
  /** CoNLL-U rows, which hold more than this representation. */
  source?: Sentence['source']
}

export type TaskKind = 'span' | 'token'

/** A file that was read. It is held in memory, because the kind of a task (token or span) depends on the whole file. */
export interface Corpus {
  /** Name of the file in messages. */
  file: string
  format: FileFormat
  tasks: Map<string, TaskKind>
  /** CoNLL-U only: the column of each task. */
  columns: Map<string, string>
  documents: Annotated[]
  /** Whether the spans are model predictions, not human annotations. */
  predicted: boolean
  /** What was left out and why, one line each. */
  notes: string[]
}

/** The user's options for an input. */
export type ReadOptions = Omit<ConvertJob['input'], 'bytes'>

/** A record that was read, or the reason why it was skipped. */
export type ReadRecord = { document: Annotated; kinds: Record<string, TaskKind> } | { skipped: string }

/** Counts of what is left out, by description. */
export class Tallies {
  private readonly counts = new Map<string, number>()
  private readonly notes = new Set<string>()

  add(what: string, count = 1): void {
    if (count > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + count)
  }

  has(what: string): boolean {
    return this.counts.has(what)
  }

  /** Adds a line without a count; repeated lines are kept once. */
  note(line: string): void {
    this.notes.add(line)
  }

  lines(): string[] {
    return [...this.notes, ...[...this.counts].map(([what, count]) => `${what}: ${count}`)]
  }
}
