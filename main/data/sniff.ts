/** What a file is by its first bytes, before anyone reads it as a corpus: refusals that say what it is instead. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { isGzip } from './lines.ts'
import { unreadable } from './read.ts'

const SNIFFED_BYTES = 1 << 16

/** A file that is no corpus. The message says what was found and what was expected. */
export class NotACorpusError extends Error {
  readonly code = 'notACorpus'

  constructor(file: string, message: string) {
    super(`${file}: ${message}`)
    this.name = 'NotACorpusError'
  }
}

/** Throws NotACorpusError for an empty file, one that is not text in UTF-8 at all, one without line ends, and one that cannot be read. */
export async function refuseOtherFiles(path: string, file: string): Promise<void> {
  const start = await firstBytes(path).catch((error: unknown) => {
    throw new NotACorpusError(file, unreadable(error))
  })
  const found = otherKind(start)
  if (found !== null)
    throw new NotACorpusError(
      file,
      `found ${found}, expected text in UTF-8 with a token a line: CoNLL columns or CoNLL-U`,
    )
}

function otherKind(start: Buffer): string | null {
  const magic = start.subarray(0, 4).toString('latin1')
  if (start.length === 0) return 'an empty file'
  if (magic.startsWith('\xff\xfe') || magic.startsWith('\xfe\xff')) return 'text in UTF-16'
  if (magic.startsWith('PK\x03\x04')) return 'a zip archive or an office document'
  if (magic === '%PDF') return 'a PDF document'
  if (start.includes(0)) return 'a binary file'
  if (!start.includes(0x0a) && start.includes(0x0d)) return 'line ends of CR alone, as old Macs wrote them'
  if (start.length === SNIFFED_BYTES && !start.includes(0x0a))
    return `no line end in the first ${SNIFFED_BYTES >> 10} kB`
  return null
}

/** At most so many; of what is in it where it is gzip. */
async function firstBytes(path: string): Promise<Buffer> {
  const raw = createReadStream(path)
  const stream = (await isGzip(path)) ? pipeline(raw, createGunzip(), () => {}) : raw
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunks[chunks.push(chunk) - 1].length
      if (length >= SNIFFED_BYTES) break
    }
  } finally {
    raw.destroy()
  }
  return Buffer.concat(chunks).subarray(0, SNIFFED_BYTES)
}
