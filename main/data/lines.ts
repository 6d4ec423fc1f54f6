/**
 * Streams text files as blocks of whole lines. Unpacks gzip, decodes other encodings, drops a byte order mark, accepts
 * CR as line end in files without LF, and refuses binary files. All text files are read through this module.
 */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { decoded } from './encoding.ts'
import { refuseBinary } from './sniff.ts'

/** Small enough that processing one block does not block the event loop noticeably. */
export const BLOCK_BYTES = 1 << 18
/** No corpus has longer lines, and much longer ones exceed the maximum string length. */
const MAX_LINE_BYTES = 1 << 26
/** Bytes examined to decide whether a file uses CR alone as line end. */
const SNIFFED_BYTES = 1 << 16
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** Passed instead of an encoding: bytes are not decoded and may be binary. */
export const RAW = 'raw'

/** SHA-256 (hex) and size of the file, updated while it is read and complete at its end. */
export interface FileDigest {
  hash: string
  bytes: number
}

export async function isGzip(file: string): Promise<boolean> {
  const found = await stat(file)
  // Opening a pipe waits for its writer, and a device may never end. Reading a folder fails on its own.
  if (!found.isFile() && !found.isDirectory()) throw Object.assign(new Error('not a file'), { code: 'NOT_A_FILE' })
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

/**
 * Reads a file, plain or gzip (detected by its first two bytes), as UTF-8 blocks that end with a line feed, except
 * possibly the last. `digest` describes the file as stored on disk. `encoding`: a WHATWG label; null for UTF-8, or
 * UTF-16 with a byte order mark; RAW for binary data. Throws the file system's errors (ENOENT, EISDIR, …), zlib's, and
 * errors with the codes LONG_LINE, NOT_TEXT, BAD_ENCODING.
 */
export async function* byteBlocks(
  file: string,
  digest: FileDigest,
  encoding: string | null = null,
): AsyncGenerator<Buffer> {
  const gzip = await isGzip(file)
  const hash = createHash('sha256')
  const raw = createReadStream(file, { highWaterMark: BLOCK_BYTES })
  raw.on('data', (chunk) => {
    hash.update(chunk)
    digest.bytes += chunk.length
  })
  const stream = gzip ? raw.pipe(createGunzip({ chunkSize: BLOCK_BYTES })) : raw
  // pipe() does not forward errors: without this, a read error in the middle of a gzip file would be lost.
  if (gzip) raw.on('error', (error) => stream.destroy(error))

  try {
    const chunks = stream as AsyncIterable<Buffer>
    yield* withLastLine(encoding === RAW ? wholeLines(chunks) : textBlocks(chunks, encoding))
    // The hash covers the whole file, also any bytes after the gzip data.
    if (!raw.readableEnded) await finished(raw.resume())
    digest.hash = hash.digest('hex')
  } finally {
    raw.destroy()
  }
}

/** Like byteBlocks, for a byte stream, plain or gzip. Closes the stream if the consumer stops early. */
export async function* streamBlocks(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | null = null,
): AsyncGenerator<Buffer> {
  yield* textBlocks(unzipped(chunks), encoding)
}

/** UTF-8 text with LF line ends, in blocks of whole lines. */
async function* textBlocks(chunks: AsyncIterable<Buffer>, encoding: string | null): AsyncGenerator<Buffer> {
  yield* wholeLines(withLineFeeds(decoded(withoutBinary(chunks, encoding), encoding)))
}

async function* withoutBinary(chunks: AsyncIterable<Buffer>, encoding: string | null): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of chunks) {
    if (first) refuseBinary(chunk, encoding)
    first = false
    yield chunk
  }
}

/** Unpacks the stream if it begins with gzip's magic bytes. */
async function* unzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    let start = Buffer.alloc(0)
    while (start.length < 2) {
      const next = await iterator.next()
      if (next.done === true) break
      start = Buffer.concat([start, next.value])
    }
    const all = (async function* () {
      if (start.length > 0) yield start
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield Buffer.from(next.value)
    })()
    if (start[0] !== 0x1f || start[1] !== 0x8b) return yield* all
    const packed = Readable.from(all, { objectMode: false })
    const gunzip = createGunzip({ chunkSize: BLOCK_BYTES })
    packed.on('error', (error) => gunzip.destroy(error))
    try {
      yield* packed.pipe(gunzip) as AsyncIterable<Buffer>
    } finally {
      packed.destroy()
      gunzip.destroy()
    }
  } finally {
    // Closes the file if only its first lines are read.
    await iterator.return?.()
  }
}

/** Replaces CR by LF if the beginning of the file has CR and no LF. */
async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let heldBytes = 0
  let replace: boolean | null = null
  const finish = (chunk: Buffer) => (replace === true ? returnsReplaced(chunk) : chunk)
  for await (const chunk of chunks) {
    if (replace !== null) {
      yield finish(chunk)
      continue
    }
    held.push(chunk)
    heldBytes += chunk.length
    if (chunk.includes(NEWLINE)) replace = false
    else if (heldBytes > SNIFFED_BYTES) replace = held.some((part) => part.includes(CARRIAGE_RETURN))
    if (replace === null) continue
    yield* held.map(finish)
    held = []
  }
  replace ??= held.some((part) => part.includes(CARRIAGE_RETURN))
  yield* held.map(finish)
}

function returnsReplaced(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk)
  for (let at = copy.indexOf(CARRIAGE_RETURN); at >= 0; at = copy.indexOf(CARRIAGE_RETURN, at + 1)) copy[at] = NEWLINE
  return copy
}

/** Cuts chunks after their last line feed, and drops a byte order mark. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let restBytes = 0
  let first = true
  for await (let chunk of chunks) {
    if (first && chunk.subarray(0, 3).equals(BOM)) chunk = chunk.subarray(3)
    first = false
    const end = chunk.lastIndexOf(NEWLINE) + 1
    if (end > 0) {
      yield rest.length > 0 ? Buffer.concat([...rest, chunk.subarray(0, end)]) : chunk.subarray(0, end)
      rest = []
      restBytes = 0
    }
    if (end < chunk.length) {
      rest.push(chunk.subarray(end))
      restBytes += chunk.length - end
    }
    if (restBytes > MAX_LINE_BYTES)
      throw Object.assign(new Error('found a line of more than 64 MB'), { code: 'LONG_LINE' })
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}

/** Adds a last line without a line feed to the block before it, so that a small file is seen whole by whoever looks at its start. */
async function* withLastLine(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer | null = null
  for await (const block of blocks) {
    if (held !== null && block.at(-1) === NEWLINE) {
      yield held
      held = block
    } else held = held === null ? block : Buffer.concat([held, block])
  }
  if (held !== null) yield held
}

/** The lines of a file without their line ends, in blocks. A line that is not UTF-8 is null. */
export async function* lineBlocks(
  file: string,
  digest: FileDigest,
  encoding: string | null = null,
): AsyncGenerator<(string | null)[]> {
  for await (const block of byteBlocks(file, digest, encoding))
    yield isUtf8(block)
      ? withoutReturns(splitText(block.toString('utf8')), block.includes(CARRIAGE_RETURN))
      : splitBytes(block)
}

/** The lines of a block, carriage returns included. */
export function splitText(text: string): string[] {
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  return lines
}

function withoutReturns(lines: string[], any: boolean): string[] {
  if (!any) return lines
  for (let i = 0; i < lines.length; i++) if (lines[i].endsWith('\r')) lines[i] = lines[i].slice(0, -1)
  return lines
}

/** Slow path for blocks with invalid UTF-8: decodes line by line to find the invalid lines. */
function splitBytes(block: Buffer): (string | null)[] {
  const lines: (string | null)[] = []
  for (let start = 0; start < block.length;) {
    const newline = block.indexOf(NEWLINE, start)
    const next = newline < 0 ? block.length : newline + 1
    let end = newline < 0 ? block.length : newline
    if (end > start && block[end - 1] === CARRIAGE_RETURN) end--
    const line = block.subarray(start, end)
    lines.push(isUtf8(line) ? line.toString('utf8') : null)
    start = next
  }
  return lines
}
