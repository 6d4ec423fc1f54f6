/** The neutral form of annotated text that every dialect is read into and written from. */
import type { ConvertJob } from '../../shared/annotation/annotation.ts'
import type { FileFormat } from '../../shared/annotation/formats.ts'
import type { Sentence } from '../../shared/tags/tagging.ts'

/** A piece of a text with a label; offsets in UTF-16 units. */
export interface CharSpan {
  start: number
  end: number
  label: string
  /** The same as the file counts, for messages; absent where it has tokens only. */
  place?: readonly [number, number]
  /** How sure a model is; absent where a person said so. */
  score?: number
  /** Why it may not be where it says: to be listed. */
  doubt?: string
  /** Why it is nowhere in its text: to be listed, and left out. */
  outside?: string
}

/** A text with the spans of each task. A token task has a span for every token. */
export interface Annotated {
  /** For messages: where it begins in the file. */
  line: number
  text: string
  /** [2n] first unit of each token, and the one after its last; null where the dialect has no tokens. */
  tokens: Int32Array | null
  /** Token that each sentence begins with; null: to be told from the text. */
  sentences: number[] | null
  /** By task, in the order of the file. */
  spans: Map<string, CharSpan[]>
  /** What else the file says of it; kept and given back. */
  meta: Record<string, unknown>
  /** It came as tokens, and `text` is these joined by spaces. */
  joined?: true
  /** Rows of CoNLL-U, which say more than this form holds. */
  source?: Sentence['source']
}

export type TaskKind = 'span' | 'token'

/** A file, read. It is held whole: whether a task is of tokens or of spans only all of it can tell. */
export interface Corpus {
  /** As messages name it. */
  file: string
  format: FileFormat
  tasks: Map<string, TaskKind>
  /** Of CoNLL-U: the column of each task. */
  columns: Map<string, string>
  documents: Annotated[]
  /** A model's work rather than a person's. */
  predicted: boolean
  /** What was left out, and why: a line each, for people. */
  notes: string[]
}

/** What a person says of an input. */
export type ReadOptions = Omit<ConvertJob['input'], 'bytes'>

/** A record of a dialect, read; or why it is no data. */
export type ReadRecord = { document: Annotated; kinds: Record<string, TaskKind> } | { skipped: string }

/** Counts of what is left out, by what it is. */
export class Tallies {
  private readonly counts = new Map<string, number>()
  private readonly notes = new Set<string>()

  add(what: string, count = 1): void {
    if (count > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + count)
  }

  has(what: string): boolean {
    return this.counts.has(what)
  }

  /** A line of its own. */
  note(line: string): void {
    this.notes.add(line)
  }

  lines(): string[] {
    return [...this.notes, ...[...this.counts].map(([what, count]) => `${what}: ${count}`)]
  }
}
