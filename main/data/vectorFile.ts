/** Streams word vectors in text format (GloVe or word2vec), plain or gzip, and keeps only the requested rows. */
import { quote } from './conllLayout.ts'
import { MAX_PROBLEMS } from './columns.ts'
import type { IssueList } from './problems.ts'
import { byteBlocks, type FileDigest } from './lines.ts'
import { lineOfError, unreadable } from './unreadable.ts'

const SPACE = 0x20
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** word2vec's first line: number of rows and numbers per row. */
const HEADER = /^[0-9]+ ([0-9]+)$/

/** Receives the rows of a file. */
export interface VectorSink {
  /** Whether the vector of this word should be parsed. */
  wants(word: string): boolean
  keep(word: string, vector: Float32Array): void
}

/** Stores the vectors of requested words in file order. The first vector of a repeated word is used. */
export class WantedRows implements VectorSink {
  readonly index = new Map<string, number>()
  values: Float32Array = new Float32Array(0)
  private readonly wanted: Set<string>

  constructor(wanted: Set<string>) {
    this.wanted = wanted
  }

  wants(word: string): boolean {
    return this.wanted.has(word) && !this.index.has(word)
  }

  keep(word: string, vector: Float32Array): void {
    const row = this.index.size
    if (row === 0) this.values = new Float32Array(this.wanted.size * vector.length)
    this.index.set(word, row)
    this.values.set(vector, row * vector.length)
  }
}

/**
 * Streams the file into `sink` and returns the number of values per vector. A row is a word followed by `dim` numbers;
 * the word may contain spaces, as in glove.840B. If `dim` is null, the first row determines it. Rows of another length
 * and fields that are not numbers are errors in `issues`. Returns null if the file cannot be read.
 */
export async function scanVectors(
  path: string,
  file: string,
  dim: number | null,
  sink: VectorSink,
  digest: FileDigest,
  issues: IssueList,
): Promise<number | null> {
  const reader = new RowReader(file, dim, sink, issues)
  try {
    for await (const block of byteBlocks(path, digest)) {
      reader.read(block)
      if (reader.hopeless) break
    }
  } catch (error) {
    issues.error(file, lineOfError(error), unreadable(error))
    return null
  }
  return reader.finish()
}

class RowReader {
  /** The file has another dimension; reading stops. */
  hopeless = false
  private readonly file: string
  /** Values per vector; 0 until the first row is read. */
  private dim: number
  private readonly sink: VectorSink
  private readonly issues: IssueList
  private line = 0
  private rows = 0
  private problemCount = 0

  constructor(file: string, dim: number | null, sink: VectorSink, issues: IssueList) {
    this.file = file
    this.dim = dim ?? 0
    this.sink = sink
    this.issues = issues
  }

  read(block: Buffer): void {
    for (let start = 0; start < block.length && !this.hopeless;) {
      const newline = block.indexOf(NEWLINE, start)
      let end = newline < 0 ? block.length : newline
      this.line++
      // word2vec itself ends its rows with a space.
      while (end > start && (block[end - 1] === CARRIAGE_RETURN || block[end - 1] === SPACE)) end--
      if (end > start) this.readRow(block, start, end)
      start = newline < 0 ? block.length : newline + 1
    }
  }

  /** Values per vector; null if the file has no row. */
  finish(): number | null {
    const { file, problemCount } = this
    if (problemCount > MAX_PROBLEMS)
      this.issues.error(file, null, `found ${problemCount} problems; the first ${MAX_PROBLEMS} are reported`)
    if (this.rows > 0) return this.dim
    if (!this.hopeless)
      this.issues.error(this.file, null, 'found no vector, expected a word and its numbers on every line')
    return null
  }

  private readRow(block: Buffer, start: number, end: number): void {
    if (this.dim === 0) this.dim = dimOfFirstRow(block.toString('utf8', start, end), this.line)
    if (this.dim === 0) {
      this.hopeless = true
      return this.problem('found no numbers at the end of the first row, expected a word and its vector')
    }
    // Scans backwards over the numbers to the end of the word, so that unwanted rows are not parsed.
    let wordEnd = end
    for (let spaces = 0; spaces < this.dim && --wordEnd > start;) if (block[wordEnd] === SPACE) spaces++
    if (this.rows === 0 && this.isFirstRowOdd(block.toString('utf8', start, end))) return
    if (wordEnd <= start && block[start] === SPACE)
      return this.problem(
        `found no word before the numbers (${quote(block.toString('utf8', start, end))}), expected one`,
      )
    if (wordEnd <= start) {
      const fields = block.toString('utf8', start, end).split(' ')
      return this.problem(`found ${fields.length - 1} numbers after ${quote(fields[0])}, expected ${this.dim}`)
    }
    this.rows++
    const word = block.toString('utf8', start, wordEnd)
    if (this.sink.wants(word)) this.keep(word, block.toString('latin1', wordEnd + 1, end).split(' '))
  }

  /**
   * Checks the dimension of the first row. True if the row is a header or has the wrong dimension and must be skipped.
   */
  private isFirstRowOdd(row: string): boolean {
    const header = this.line === 1 ? HEADER.exec(row) : null
    const fields = row.split(' ')
    const numbers = header !== null ? Number(header[1]) : fields.length - 1
    if (header !== null && numbers === this.dim) return true
    // More fields than dim + 1 are a word with spaces, unless they all are numbers.
    const wide = numbers > this.dim && fields.slice(1).every((field) => isNumber(field))
    if (header === null && numbers >= this.dim && !wide) return false
    this.hopeless = true
    this.issues.error(this.file, this.line, `found vectors of ${numbers} numbers, expected ${this.dim} (model.wordDim)`)
    return true
  }

  private keep(word: string, fields: string[]): void {
    const wrong = fields.find((field) => !isNumber(field))
    if (wrong !== undefined)
      return this.problem(`found ${quote(wrong)} in the vector of ${quote(word)}, expected ${this.dim} numbers`)
    this.sink.keep(word, Float32Array.from(fields, Number))
  }

  private problem(message: string): void {
    if (++this.problemCount <= MAX_PROBLEMS) this.issues.error(this.file, this.line, message)
  }
}

/** The dimension given by a header (its second number) or a row (count of numbers at its end). */
function dimOfFirstRow(row: string, line: number): number {
  const header = line === 1 ? HEADER.exec(row) : null
  if (header !== null) return Number(header[1])
  const numbers = row.split(' ').slice(1)
  return numbers.length - 1 - numbers.findLastIndex((field) => !isNumber(field))
}

function isNumber(field: string): boolean {
  // Vectors are kept in float32, where 1e39 is infinite.
  return field !== '' && Number.isFinite(Math.fround(Number(field)))
}
