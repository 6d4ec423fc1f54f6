/** Word vectors in text format, GloVe's or word2vec's, plain or gzip: streamed, and only the rows that are wanted are kept. */
import { quote } from './conllLayout.ts'
import { MAX_FAULTS } from './columns.ts'
import type { IssueList } from './problems.ts'
import { byteBlocks, type FileDigest } from './lines.ts'
import { unreadable } from './read.ts'

const SPACE = 0x20
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
/** word2vec's first line: how many rows, of how many numbers. */
const HEADER = /^[0-9]+ ([0-9]+)$/

/** The word with index r has values [r * dim, (r + 1) * dim). */
export interface VectorRows {
  index: Map<string, number>
  values: Float32Array
}

/**
 * Streams the file and keeps the rows of `wanted` words; of a word that comes twice, the first. A row is a word, then `dim`
 * numbers: what stands before the last `dim` fields is the word, spaces included (glove.840B has such). Rows of another length
 * and fields that are no numbers are errors in `issues`; a file that cannot be read gives null.
 */
export async function readVectorRows(
  path: string,
  file: string,
  dim: number,
  wanted: Set<string>,
  digest: FileDigest,
  issues: IssueList,
): Promise<VectorRows | null> {
  const reader = new RowReader(file, dim, wanted, issues)
  try {
    for await (const block of byteBlocks(path, digest)) {
      reader.read(block)
      if (reader.hopeless) break
    }
  } catch (error) {
    issues.error(file, null, unreadable(error))
    return null
  }
  return reader.finish()
}

class RowReader {
  /** Every row is of another dimension: no use to go on. */
  hopeless = false
  private readonly file: string
  private readonly dim: number
  private readonly wanted: Set<string>
  private readonly issues: IssueList
  private readonly index = new Map<string, number>()
  private readonly values: Float32Array
  private line = 0
  private rows = 0
  private faults = 0

  constructor(file: string, dim: number, wanted: Set<string>, issues: IssueList) {
    this.file = file
    this.dim = dim
    this.wanted = wanted
    this.issues = issues
    this.values = new Float32Array(wanted.size * dim)
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

  /** The rows kept; null where the file has none to keep from. */
  finish(): VectorRows | null {
    if (this.faults > MAX_FAULTS)
      this.issues.error(this.file, null, `found ${this.faults} faults, of which the first ${MAX_FAULTS} are told`)
    if (this.rows > 0) return { index: this.index, values: this.values }
    if (!this.hopeless)
      this.issues.error(this.file, null, 'found no vector, expected a word and its numbers on every line')
    return null
  }

  private readRow(block: Buffer, start: number, end: number): void {
    // Backwards over the numbers to the end of the word: the whole cost of a row that is not wanted.
    let wordEnd = end
    for (let spaces = 0; spaces < this.dim && --wordEnd > start;) if (block[wordEnd] === SPACE) spaces++
    if (this.rows === 0 && this.isFirstRowOdd(block.toString('utf8', start, end))) return
    if (wordEnd <= start) {
      const fields = block.toString('utf8', start, end).split(' ')
      return this.fault(`found ${fields.length - 1} numbers after ${quote(fields[0])}, expected ${this.dim}`)
    }
    this.rows++
    const word = block.toString('utf8', start, wordEnd)
    if (this.wanted.has(word) && !this.index.has(word))
      this.keep(word, block.toString('latin1', wordEnd + 1, end).split(' '))
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
    const row = this.index.size
    this.index.set(word, row)
    for (let d = 0; d < this.dim; d++) this.values[row * this.dim + d] = Number(fields[d])
  }

  private fault(message: string): void {
    if (++this.faults <= MAX_FAULTS) this.issues.error(this.file, this.line, message)
  }
}

function isNumber(field: string): boolean {
  return field !== '' && Number.isFinite(Number(field))
}
