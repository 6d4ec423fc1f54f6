/** Word vectors in text format, GloVe's or word2vec's, plain or gzip: streamed, and only the rows that are wanted are kept. */
import { quote } from './conllLayout.ts'
import { MAX_FAULTS } from './columns.ts'
import type { IssueList } from './problems.ts'
import { byteBlocks, type FileDigest } from './lines.ts'
import { lineOfError, unreadable } from './unreadable.ts'

const SPACE = 0x20
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** word2vec's first line: how many rows, of how many numbers. */
const HEADER = /^[0-9]+ ([0-9]+)$/

/** Receives the rows of a file. */
export interface VectorSink {
  /** Whether the numbers of this word are to be parsed. */
  wants(word: string): boolean
  keep(word: string, vector: Float32Array): void
}

/** The words kept, in the order of the file, with their vectors; of a word that comes twice, the first. */
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
 * Streams the file into `sink` and returns the number of values per vector. A row is a word, then `dim` numbers: what stands
 * before the last `dim` fields is the word, spaces included (glove.840B has such). `dim` null takes that of the first row. Rows
 * of another length and fields that are not numbers are errors in `issues`; a file that cannot be read gives null.
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
  /** Every row is of another dimension: no use to go on. */
  hopeless = false
  private readonly file: string
  /** 0 until the first row has told. */
  private dim: number
  private readonly sink: VectorSink
  private readonly issues: IssueList
  private line = 0
  private rows = 0
  private faults = 0

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

  /** Values per vector; null where the file has no row. */
  finish(): number | null {
    if (this.faults > MAX_FAULTS)
      this.issues.error(this.file, null, `found ${this.faults} faults, of which the first ${MAX_FAULTS} are told`)
    if (this.rows > 0) return this.dim
    if (!this.hopeless)
      this.issues.error(this.file, null, 'found no vector, expected a word and its numbers on every line')
    return null
  }

  private readRow(block: Buffer, start: number, end: number): void {
    if (this.dim === 0) this.dim = dimOfFirstRow(block.toString('utf8', start, end), this.line)
    if (this.dim === 0) {
      this.hopeless = true
      return this.fault('found no numbers at the end of the first row, expected a word and its vector')
    }
    // Backwards over the numbers to the end of the word: the whole cost of a row that is not wanted.
    let wordEnd = end
    for (let spaces = 0; spaces < this.dim && --wordEnd > start;) if (block[wordEnd] === SPACE) spaces++
    if (this.rows === 0 && this.isFirstRowOdd(block.toString('utf8', start, end))) return
    if (wordEnd <= start && block[start] === SPACE)
      return this.fault(`found no word before the numbers (${quote(block.toString('utf8', start, end))}), expected one`)
    if (wordEnd <= start) {
      const fields = block.toString('utf8', start, end).split(' ')
      return this.fault(`found ${fields.length - 1} numbers after ${quote(fields[0])}, expected ${this.dim}`)
    }
    this.rows++
    const word = block.toString('utf8', start, wordEnd)
    if (this.sink.wants(word)) this.keep(word, block.toString('latin1', wordEnd + 1, end).split(' '))
  }

  /** The first row tells whether the file is of this dimension at all; a header is no row. True where it is not to be read. */
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
      return this.fault(`found ${quote(wrong)} in the vector of ${quote(word)}, expected ${this.dim} numbers`)
    this.sink.keep(word, Float32Array.from(fields, Number))
  }

  private fault(message: string): void {
    if (++this.faults <= MAX_FAULTS) this.issues.error(this.file, this.line, message)
  }
}

/** Of a header, its second number; of a row, the numbers at its end. */
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
