/** Files as blocks of bytes or of decoded lines, streamed and hashed on the way. A block always ends at the end of a line. */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** Small enough that what is done with a block does not hold up whoever else waits for the process. */
const BLOCK_BYTES = 1 << 18
/** A file without line ends would be one line: no corpus has such lines, and no string could hold them. */
const MAX_LINE_BYTES = 1 << 26
const NEWLINE = 0x0a
const CARRIAGE_RETURN = 0x0d
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** SHA-256 (hex) and size of the file's bytes; filled while it is read, complete at its end. */
export interface FileDigest {
  hash: string
  bytes: number
}

export async function isGzip(file: string): Promise<boolean> {
  const found = await stat(file)
  // Opening a pipe waits for its writer, and a device may never end. Reading a folder fails by itself.
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
 * The bytes of a file, plain or gzip (told by its first two bytes), in blocks that end with a newline; the last may not.
 * A byte order mark at the start is left out. `digest` is of the file as it lies on the disk.
 * Throws the file system's errors (ENOENT, EISDIR, …), zlib's, and LONG_LINE for a line of more than 64 MB.
 */
export async function* byteBlocks(file: string, digest: FileDigest): AsyncGenerator<Buffer> {
  const gzip = await isGzip(file)
  const hash = createHash('sha256')
  const raw = createReadStream(file, { highWaterMark: BLOCK_BYTES })
  raw.on('data', (chunk) => {
    hash.update(chunk)
    digest.bytes += chunk.length
  })
  const stream = gzip ? raw.pipe(createGunzip({ chunkSize: BLOCK_BYTES })) : raw
  // A pipe does not carry errors over: without this, a read error in the middle of a gzip file would go unseen.
  if (gzip) raw.on('error', (error) => stream.destroy(error))

  try {
    yield* wholeLines(stream as AsyncIterable<Buffer>)
    // gunzip may be done before the file is, where something follows the gzip data: the hash is of the whole file.
    if (!raw.readableEnded) await finished(raw.resume())
    digest.hash = hash.digest('hex')
  } finally {
    raw.destroy()
  }
}

/** Cuts chunks anew, after their last newline, and drops a byte order mark. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
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
    if (end < chunk.length) restBytes += rest[rest.push(chunk.subarray(end)) - 1].length
    if (restBytes > MAX_LINE_BYTES)
      throw Object.assign(new Error('found a line of more than 64 MB'), { code: 'LONG_LINE' })
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}

/** The lines of a file without their line ends (LF or CRLF), in blocks. A line that is not UTF-8 is null. */
export async function* lineBlocks(file: string, digest: FileDigest): AsyncGenerator<(string | null)[]> {
  for await (const block of byteBlocks(file, digest))
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

/** The slow way, for a block with invalid UTF-8 somewhere: line by line, to tell which. */
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
