/** A file of columns in memory: every distinct value once, every token a number. Small, whatever the size of the file. */
import type { IssueList } from './problems.ts'

/** Faults told one by one for a file; the others are only counted. */
export const MAX_FAULTS = 20

/** One column over N tokens: token n holds names[ids[n]]. */
export interface Column {
  names: string[]
  /** [N] */
  ids: Int32Array
}

/** The wanted columns of S sentences, N tokens: of a file, or of the part of one that is a split. */
export interface ColumnTable {
  /** As the config names it; for messages. */
  file: string
  /** [S + 1] */
  sentenceStart: Int32Array
  /** [N] line of each token, counted from 1. */
  lines: Int32Array
  words: Column
  /** By the column's key, e.g. `3`, `UPOS`, `MISC:Entity`. */
  tags: Map<string, Column>
}

/** What to read: the key of the words' column (CoNLL-U: always FORM) and of the tags' columns, with the tasks that ask for them. */
export interface ColumnRequest {
  words: string
  tags: { key: string; tasks: string[] }[]
  /** How many faults are told one by one: MAX_FAULTS, unless given. */
  maxFaults?: number
}

/** Takes one line of a file after the other; null is a line that is not UTF-8. */
export interface LineParser {
  (line: string | null, lineNumber: number): void
  /** Whether a line stands between two sentences and belongs to neither; null where sentences are no blocks of lines. */
  separates: ((line: string) => boolean) | null
  /** To be called after the last line. */
  end?(): void
}

/** Where a parser puts what it reads: column 0 of each token is its word, then come the tags as requested. */
export interface TokenSink {
  put(column: number, value: string): void
  endToken(line: number): void
  endSentence(): void
  /** A problem within the open sentence. */
  fault(line: number, message: string, task?: string | null): void
  /** A problem of the file rather than of a sentence. */
  faultOutside(line: number | null, message: string, task?: string | null): void
  readonly faults: number
}

/** A list of integers that grows. */
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

/** Gives every distinct string a number, counted from 0 in the order of appearance. */
export class Interner {
  readonly names: string[] = []
  private readonly ids = new Map<string, number>()

  id(name: string): number {
    let id = this.ids.get(name)
    if (id === undefined) {
      id = this.names.length
      // A slice of 13 or more characters keeps the whole text it was cut from alive: keep a copy instead.
      const copy = name.length < 13 ? name : Buffer.from(name, 'utf16le').toString('utf16le')
      this.ids.set(copy, id)
      this.names.push(copy)
    }
    return id
  }
}

/** Builds a table token by token. A sentence with a fault is left out as a whole; its faults go to `issues`. */
export class TableBuilder implements TokenSink {
  readonly file: string
  /** Faults so far, told or only counted, and sentences left out for them. */
  faults = 0
  badSentences = 0
  readonly faultLines = new IntList()
  private readonly issues: IssueList
  private readonly maxFaults: number
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
    this.maxFaults = request.maxFaults ?? MAX_FAULTS
    this.keys = request.tags.map((tag) => tag.key)
    this.interners = [request.words, ...this.keys].map(() => new Interner())
    this.ids = this.interners.map(() => new IntList())
    this.starts.push(0)
  }

  /** Sets column `column` (0 = words, then the tags as requested) of the token that the next endToken ends. */
  put(column: number, value: string): void {
    this.ids[column].push(this.interners[column].id(value))
  }

  endToken(line: number): void {
    this.lines.push(line)
    this.open++
  }

  /** A fault within the open sentence. */
  fault(line: number, message: string, task: string | null = null): void {
    this.bad = true
    this.faultLines.push(line)
    this.faultOutside(line, message, task)
  }

  /** A fault of the file rather than of a sentence. */
  faultOutside(line: number | null, message: string, task: string | null = null): void {
    if (++this.faults <= this.maxFaults) this.issues.error(this.file, line, message, task)
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
    const told = Math.min(this.faults, this.maxFaults)
    if (this.faults > told)
      this.issues.error(this.file, null, `found ${this.faults} faults, of which the first ${told} are told`)
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
