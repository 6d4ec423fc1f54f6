/**
 * Reads word2vec's binary format, plain or gzip: a line "ROWS DIM", then for each row the word, a space and `dim`
 * little-endian float32 values, optionally followed by a newline.
 */
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { byteBlocks, isGzip, RAW, type FileDigest } from './lines.ts'
import type { IssueList } from './problems.ts'
import { unreadable } from './unreadable.ts'
import type { VectorSink } from './vectorFile.ts'

const HEADER = /^([0-9]+) ([0-9]+)\s*\n/
const SPACE = 0x20
const NEWLINE = 0x0a
/** A longer word indicates that the file is not in this format. */
const MAX_WORD_BYTES = 4096
/** Enough for the header, the first word, and some of its values. */
const PEEK_BYTES = 8192

/**
 * Whether a file is in the binary format: it starts with the header, and the bytes after the first word are not text.
 * Throws the file system's errors.
 */
export async function isWord2vecBinary(path: string): Promise<boolean> {
  const head = await firstBytes(path)
  const header = HEADER.exec(head.toString('latin1', 0, 64))
  if (header === null) return false
  const space = head.indexOf(SPACE, header[0].length + 1)
  if (space < 0) return false
  const values = head.subarray(space + 1, space + 1 + Math.min(4 * Number(header[2]), 256))
  return values.some((byte) => byte > 0x7e || (byte < SPACE && byte !== NEWLINE && byte !== 0x0d && byte !== 0x09))
}

async function firstBytes(path: string): Promise<Buffer> {
  const gzip = await isGzip(path)
  const raw = createReadStream(path, { end: PEEK_BYTES - 1 })
  const stream = gzip ? raw.pipe(createGunzip()) : raw
  // pipe() does not forward errors.
  if (gzip) raw.on('error', (error) => stream.destroy(error))
  const parts: Buffer[] = []
  try {
    for await (const part of stream) parts.push(part as Buffer)
  } catch (error) {
    // An error at the end is expected, because the gzip data is truncated.
    if (parts.length === 0) throw error
  } finally {
    raw.destroy()
  }
  return Buffer.concat(parts)
}

/**
 * Streams the file into `sink` and returns the number of values per vector, which must equal `dim` unless that is null.
 * Adds errors to `issues` and returns null if the file cannot be used.
 */
export async function scanWord2vecBinary(
  path: string,
  file: string,
  dim: number | null,
  sink: VectorSink,
  digest: FileDigest,
  issues: IssueList,
): Promise<number | null> {
  const reader = new BinaryReader(dim, sink)
  try {
    for await (const block of byteBlocks(path, digest, RAW)) reader.read(block)
    return reader.finish()
  } catch (error) {
    issues.error(file, null, error instanceof FormatError ? error.message : unreadable(error))
    return null
  }
}

class FormatError extends Error {}

class BinaryReader {
  private readonly wantedDim: number | null
  private readonly sink: VectorSink
  private rest = Buffer.alloc(0)
  private dim = 0
  private rows = 0
  private rowsRead = 0

  constructor(dim: number | null, sink: VectorSink) {
    this.wantedDim = dim
    this.sink = sink
  }

  /** Processes the next bytes of the file; blocks may end anywhere. */
  read(block: Buffer): void {
    const bytes = this.rest.length > 0 ? Buffer.concat([this.rest, block]) : block
    let at = this.dim === 0 ? this.readHeader(bytes) : 0
    if (this.dim > 0)
      while (this.rowsRead < this.rows && at < bytes.length) {
        const next = this.readRow(bytes, at)
        if (next === null) break
        at = next
      }
    // A copy: the block belongs to the stream.
    this.rest = Buffer.from(bytes.subarray(at))
  }

  finish(): number {
    if (this.dim === 0) throw new FormatError('found no header, expected the number of rows and of values')
    if (this.rowsRead < this.rows)
      throw new FormatError(`found ${this.rowsRead} of ${this.rows} vectors, expected the whole file`)
    return this.dim
  }

  private readHeader(bytes: Buffer): number {
    const header = HEADER.exec(bytes.toString('latin1', 0, 64))
    if (header === null) return 0
    this.rows = Number(header[1])
    this.dim = Number(header[2])
    if (this.wantedDim !== null && this.dim !== this.wantedDim) {
      throw new FormatError(`found vectors of ${this.dim} numbers, expected ${this.wantedDim} (model.wordDim)`)
    }
    return header[0].length
  }

  /** The offset after the row at `at`; null if the row is incomplete. */
  private readRow(bytes: Buffer, at: number): number | null {
    let start = at
    while (start < bytes.length && bytes[start] === NEWLINE) start++
    const space = bytes.indexOf(SPACE, start)
    if (space < 0 || space - start > MAX_WORD_BYTES) {
      if (bytes.length - start <= MAX_WORD_BYTES) return null
      throw new FormatError(
        `found no word before vector ${this.rowsRead + 1}, expected one of at most ${MAX_WORD_BYTES} bytes`,
      )
    }
    const end = space + 1 + 4 * this.dim
    if (end > bytes.length) return null
    if (space === start) throw new FormatError(`found an empty word before vector ${this.rowsRead + 1}`)
    this.rowsRead++
    const word = bytes.toString('utf8', start, space)
    if (this.sink.wants(word)) this.sink.keep(word, this.vector(bytes, space + 1, word))
    return end
  }

  private vector(bytes: Buffer, start: number, word: string): Float32Array {
    const vector = new Float32Array(this.dim)
    for (let d = 0; d < this.dim; d++) {
      const value = bytes.readFloatLE(start + 4 * d)
      if (!Number.isFinite(value)) {
        throw new FormatError(`found ${value} in the vector of ${JSON.stringify(word)}, expected ${this.dim} numbers`)
      }
      vector[d] = value
    }
    return vector
  }
}
