/** From bytes to sentences, without ever holding more than a piece of the file. */
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Sentence } from '../../shared/tags/tagging.ts'
import { splitText, wholeLines } from '../data/lines.ts'
import { unreadable } from '../data/read.ts'
import { InputFault, readerFor, type ReaderOptions, type SentenceReader } from './readers.ts'

const BLOCK_BYTES = 1 << 18

/**
 * The sentences of a stream of bytes, plain or gzip, in groups: what came whole with one piece of the input, so that a line typed is a
 * sentence tagged. Throws an Error that names file and line.
 */
export async function* sentenceGroups(
  chunks: AsyncIterable<Uint8Array>,
  options: ReaderOptions,
): AsyncGenerator<Sentence[]> {
  const file = options.name
  let reader: SentenceReader | null = null
  let lineNumber = 0
  for await (const lines of lineGroups(chunks, file)) {
    reader ??= readerFor(options, lines)
    const sentences: Sentence[] = []
    try {
      for (const line of lines) {
        lineNumber++
        reader.line(line, (sentence) => sentences.push(sentence))
      }
    } catch (error) {
      throw error instanceof InputFault ? new Error(`${file}:${lineNumber}: ${error.message}`) : error
    }
    if (sentences.length > 0) yield sentences
  }
  const last: Sentence[] = []
  reader?.end((sentence) => last.push(sentence))
  if (last.length > 0) yield last
}

/** The lines of a stream of bytes, plain or gzip, as pieces of it come; carriage returns stay. Throws an Error that names the file. */
export async function* lineGroups(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string[]> {
  let lineNumber = 0
  for await (const block of wholeLines(readable(plain(chunks), file))) {
    const lines = decode(block, file, lineNumber)
    lineNumber += lines.length
    yield lines
  }
}

/** The bytes of a file, which is opened when they are asked for. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>
}

/** With errors of the file system and of gzip in the words of the other messages. */
async function* readable(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    throw new Error(`${file}: ${unreadable(error)}`, { cause: error })
  }
}

/** Unpacks what begins like gzip. */
async function* plain(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done) return
  const all = (async function* () {
    yield Buffer.from(first.value)
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield Buffer.from(next.value)
  })()
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) return yield* all
  const packed = Readable.from(all, { objectMode: false })
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES })
  packed.on('error', (error) => gunzip.destroy(error))
  yield* packed.pipe(gunzip) as AsyncIterable<Buffer>
}

/** Carriage returns stay: offsets count them. */
function decode(block: Buffer, file: string, linesBefore: number): string[] {
  if (isUtf8(block)) return splitText(block.toString('utf8'))
  let line = linesBefore
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(0x0a, start)
    line++
    const bytes = block.subarray(start, end < 0 ? block.length : end)
    if (!isUtf8(bytes)) break
    start += bytes.length + 1
  }
  throw new Error(`${file}:${line}: found bytes that are not UTF-8, expected UTF-8 text`)
}
