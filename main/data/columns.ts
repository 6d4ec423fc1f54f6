/**
 * A file of columns in memory. Each distinct value is stored once and each token is an integer, so that large files fit
 * in memory.
 */
import type { IssueList } from './problems.ts'

/** Most problems reported per file; further ones are only counted. */
export const MAX_PROBLEMS = 20

/** One column over N tokens: token n holds names[ids[n]]. */
export interface Column {
  names: string[]
  /** [N] */
  ids: Int32Array
}

/** The requested columns of S sentences with N tokens, from a whole file or one split of it. */
export interface ColumnTable {
  /** Path as written in the config, for messages. */
  file: string
  /** [S + 1] */
  sentenceStart: Int32Array
  /** [N] line of each token, counted from 1. */
  lines: Int32Array
  words: Column
  /** By the column's key, e.g. `3`, `UPOS`, `MISC:Entity`. */
  tags: Map<string, Column>
}

/** Which columns to read: the key of the word column (CoNLL-U: always FORM), and the tag columns with their tasks. */
export interface ColumnRequest {
  words: string
  tags: { key: string; tasks: string[] }[]
  /** Most problems to report; default MAX_PROBLEMS. */
  maxProblems?: number
}

/** Receives the lines of a file in order; null stands for a line that is not UTF-8. */
export interface LineParser {
  (line: string | null, lineNumber: number): void
  /**
   * Whether a line separates sentences and belongs to none; null for formats whose sentences are not blocks of lines.
   */
  separates: ((line: string) => boolean) | null
  /** To be called after the last line. */
  end?(): void
}

/** Receives the tokens of a parser: column 0 is the word, the tag columns follow in the order requested. */
export interface TokenSink {
  put(column: number, value: string): void
  endToken(line: number): void
  endSentence(): void
  /** A problem within the open sentence. */
  problem(line: number, message: string, task?: string | null): void
  /** A problem of the file rather than of a sentence. */
  fileProblem(line: number | null, message: string, task?: string | null): void
  readonly problemCount: number
}

/** A growable list of integers. */
export class IntList {
  length = 0
  private values = new Int32Array(1024)

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Int32Array(this.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }

  toArray(): Int32Array {
    return this.values.slice(0, this.length)
  }
}

/** Assigns each distinct string an id, from 0 in order of first appearance. */
export class Interner {
  readonly names: string[] = []
  private readonly ids = new Map<string, number>()

  id(name: string): number {
    let id = this.ids.get(name)
    if (id === undefined) {
      id = this.names.length
      // V8 keeps the source text of a slice of 13 or more characters in memory, so store a copy.
      const copy = name.length < 13 ? name : Buffer.from(name, 'utf16le').toString('utf16le')
      this.ids.set(copy, id)
      this.names.push(copy)
    }
    return id
  }
}

/** Builds a table token by token. A sentence with a problem is left out; its problems are added to `issues`. */
export class TableBuilder implements TokenSink {
  readonly file: string
  /** Problems so far, reported or only counted, and sentences left out because of them. */
  problemCount = 0
  badSentences = 0
  readonly problemLines = new IntList()
  private readonly issues: IssueList
  private readonly maxProblems: number
  private readonly keys: string[]
  private readonly interners: Interner[]
  private readonly ids: IntList[]
  private readonly lines = new IntList()
  private readonly starts = new IntList()
  private open = 0
  private bad = false

  constructor(file: string, request: ColumnRequest, issues: IssueList) {
    this.file = file
    this.issues = issues
    this.maxProblems = request.maxProblems ?? MAX_PROBLEMS
    this.keys = request.tags.map((tag) => tag.key)
    this.interners = [request.words, ...this.keys].map(() => new Interner())
    this.ids = this.interners.map(() => new IntList())
    this.starts.push(0)
  }

  /** Sets a column (0 = word, then the tags as requested) of the current token, which endToken completes. */
  put(column: number, value: string): void {
    this.ids[column].push(this.interners[column].id(value))
  }

  endToken(line: number): void {
    this.lines.push(line)
    this.open++
  }

  /** A problem within the open sentence. */
  problem(line: number, message: string, task: string | null = null): void {
    this.bad = true
    this.problemLines.push(line)
    this.fileProblem(line, message, task)
  }

  /** A problem of the file rather than of a sentence. */
  fileProblem(line: number | null, message: string, task: string | null = null): void {
    if (++this.problemCount <= this.maxProblems) this.issues.error(this.file, line, message, task)
  }

  endSentence(): void {
    if (this.bad) {
      this.badSentences++
      const keep = this.lines.length - this.open
      for (const list of [this.lines, ...this.ids]) list.length = keep
    } else if (this.open > 0) {
      this.starts.push(this.lines.length)
    }
    this.open = 0
    this.bad = false
  }

  finish(): ColumnTable {
    this.endSentence()
    const reported = Math.min(this.problemCount, this.maxProblems)
    if (this.problemCount > reported)
      this.issues.error(this.file, null, `found ${this.problemCount} problems; the first ${reported} are reported`)
    const columns = this.interners.map((interner, i): Column => ({ names: interner.names, ids: this.ids[i].toArray() }))
    const tags = new Map(this.keys.map((key, i) => [key, columns[i + 1]]))
    return {
      file: this.file,
      sentenceStart: this.starts.toArray(),
      lines: this.lines.toArray(),
      words: columns[0],
      tags,
    }
  }
}
