/**
 * Reads the vectors of a wink-embeddings package: one JSON object with `"dimensions":N` and, at its end,
 * `"vectors":{word:[N numbers, the norm, an index], …}`. The file is 300 MB on one line, so it is parsed as a stream.
 */
import type { VectorSink } from '../data/vectorFile.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const CLOSING_BRACE = 0x7d
const DIMENSIONS = /"dimensions":([0-9]+)/
const VECTORS = Buffer.from('"vectors":{')
/** Upper bound on an entry: a word and a few hundred numbers. */
const MAX_ENTRY_BYTES = 1 << 20

/** Streams all vectors into `sink` and returns the number of values per vector. Throws an Error for invalid files. */
export async function scanWinkJson(chunks: AsyncIterable<Buffer>, sink: VectorSink): Promise<number> {
  const scanner = new Scanner(sink)
  for await (const chunk of chunks) scanner.read(chunk)
  return scanner.finish()
}

class Scanner {
  private readonly sink: VectorSink
  private rest = Buffer.alloc(0)
  private dim = 0
  private state: 'head' | 'vectors' | 'done' = 'head'

  constructor(sink: VectorSink) {
    this.sink = sink
  }

  read(chunk: Buffer): void {
    if (this.state === 'done') return
    const bytes = Buffer.concat([this.rest, chunk])
    let at = 0
    if (this.state === 'head') at = this.readHead(bytes)
    if (this.state === 'vectors') at = this.readEntries(bytes, at)
    this.rest = Buffer.from(bytes.subarray(at))
  }

  finish(): number {
    if (this.state !== 'done') throw new Error('the file of the vectors ends too early')
    return this.dim
  }

  /** The offset of the first entry. The data before it, a few megabytes of words, is buffered. */
  private readHead(bytes: Buffer): number {
    const found = bytes.indexOf(VECTORS)
    if (found < 0) return 0
    const dimensions = DIMENSIONS.exec(bytes.toString('latin1', 0, found))
    if (dimensions === null) throw new Error('the file of the vectors does not say their dimensions')
    this.dim = Number(dimensions[1])
    this.state = 'vectors'
    return found + VECTORS.length
  }

  private readEntries(bytes: Buffer, from: number): number {
    let at = from
    for (;;) {
      const start = bytes.indexOf(QUOTE, at)
      const end = bytes.indexOf(CLOSING_BRACE, at)
      if (end >= 0 && (start < 0 || end < start)) {
        this.state = 'done'
        return bytes.length
      }
      const next = start < 0 ? null : this.readEntry(bytes, start)
      if (next === null) {
        if (bytes.length - at > MAX_ENTRY_BYTES) throw new Error('found an entry without an end among the vectors')
        return at
      }
      at = next
    }
  }

  /** The offset after the entry whose word begins at `start`; null if the entry is incomplete. */
  private readEntry(bytes: Buffer, start: number): number | null {
    let close = start + 1
    while (close < bytes.length && bytes[close] !== QUOTE) close += bytes[close] === BACKSLASH ? 2 : 1
    const end = close < bytes.length ? bytes.indexOf(CLOSING_BRACKET, close) : -1
    if (end < 0) return null
    const word = JSON.parse(bytes.toString('utf8', start, close + 1)) as string
    if (this.sink.wants(word)) {
      const numbers = JSON.parse(bytes.toString('latin1', bytes.indexOf('[', close), end + 1)) as number[]
      if (numbers.length < this.dim) {
        throw new Error(`found ${numbers.length} numbers for ${JSON.stringify(word)}, expected ${this.dim}`)
      }
      this.sink.keep(word, Float32Array.from(numbers.slice(0, this.dim)))
    }
    return end + 1
  }
}
