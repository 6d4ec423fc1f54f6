/** Reads sentences from a stream of bytes, with only one block of the file in memory. */
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import type { Sentence } from '../../shared/tags/tagging.ts'
import { BLOCK_BYTES, splitText, streamBlocks } from '../data/lines.ts'
import { lineOfError, unreadable } from '../data/unreadable.ts'
import { InputProblem } from './inputProblem.ts'
import { readerFor, type ReaderOptions, type SentenceReader } from './readers.ts'

/**
 * The sentences of a stream of bytes, plain or gzip. Each group holds the sentences completed by one block of input, so
 * that interactive input is tagged line by line. Otherwise the format is found in as many bytes as of a file, however
 * small the pieces of a pipe are. Throws an Error that names file and line.
 */
export async function* sentenceGroups(
  chunks: AsyncIterable<Uint8Array>,
  options: ReaderOptions,
): AsyncGenerator<Sentence[]> {
  const file = options.name
  let reader: SentenceReader | null = null
  let lineNumber = 0
  const waits = options.format === 'auto' && options.interactive !== true
  const given = waits ? firstBlockWhole(chunks) : chunks
  for await (const lines of lineGroups(given, file, options.encoding)) {
    reader ??= located(file, 1, () => readerFor(options, lines))
    const sentences: Sentence[] = []
    for (const line of lines) {
      lineNumber++
      located(file, lineNumber, () => reader!.line(line, (sentence) => sentences.push(sentence)))
    }
    if (sentences.length > 0) yield sentences
  }
  const last: Sentence[] = []
  located(file, lineNumber, () => reader?.end((sentence) => last.push(sentence)))
  if (last.length > 0) yield last
}

/** The same bytes; the first chunk has a block, or all there is. */
async function* firstBlockWhole(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: Uint8Array[] | null = []
  let bytes = 0
  for await (const chunk of chunks) {
    if (first === null) {
      yield chunk
      continue
    }
    first.push(chunk)
    bytes += chunk.length
    if (bytes < BLOCK_BYTES) continue
    yield Buffer.concat(first)
    first = null
  }
  if (first !== null) yield Buffer.concat(first)
}

/** Runs `work` and adds file and line to its InputProblem; `line` is used unless the problem names one. */
export function located<T>(file: string, line: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error
    const at = error.line === undefined ? line : error.line
    throw new Error(`${file}${at === null ? '' : `:${at}`}: ${error.message}`, { cause: error })
  }
}

/**
 * The lines of a stream of bytes, plain or gzip, one group per block; carriage returns are kept. Throws an Error that
 * names the file.
 */
export async function* lineGroups(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  encoding: string | null = null,
): AsyncGenerator<string[]> {
  let lineNumber = 0
  for await (const block of readable(streamBlocks(chunks, encoding), file)) {
    const lines = decode(block, file, lineNumber)
    lineNumber += lines.length
    yield lines
  }
}

/** The bytes of a file, which is opened at the first read. */
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array, undefined, undefined> {
  yield* createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>
}

/** Rewords errors of the file system and of gzip like the other messages. */
async function* readable(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  try {
    yield* chunks
  } catch (error) {
    const message = unreadable(error)
    const line = lineOfError(error)
    throw new Error(`${file}${line === null ? '' : `:${line}`}: ${message}`, { cause: error })
  }
}

/** Decodes a block to lines. Carriage returns are kept, because offsets count them. */
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
