/** Encodings other than UTF-8, by their WHATWG labels (latin1, windows-1252, utf-16le, gb18030, shift_jis, …). */
import { TextDecoder } from 'node:util'

const NEWLINE = 0x0a

/** Whether the runtime supports the encoding. */
export function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label)
    return true
  } catch {
    return false
  }
}

/**
 * Converts bytes from `encoding` to UTF-8. With null, bytes pass unchanged, except UTF-16 with a byte order mark.
 * Throws an Error with the code BAD_ENCODING for an unknown label and for invalid bytes, with their line where it is
 * known.
 */
export async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string | null): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | null = encoding === null ? null : decoderOf(encoding)
  let first = true
  let line = 1
  for await (const chunk of chunks) {
    if (first && encoding === null) decoder = decoderOfMark(chunk)
    first = false
    if (decoder === null) {
      yield chunk
      continue
    }
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch {
      throw badEncoding(`found bytes that are not ${decoder.encoding}`, line + linesBefore(chunk, decoder.encoding))
    }
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) line++
    yield Buffer.from(text)
  }
  if (decoder === null) return
  try {
    yield Buffer.from(decoder.decode())
  } catch {
    throw badEncoding(`found an end in the middle of a character of ${decoder.encoding}`, line)
  }
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label, { fatal: true })
  } catch {
    throw badEncoding(`found the encoding ${label}`, null, 'a name such as latin1, windows-1252, utf-16le or gb18030')
  }
}

function decoderOfMark(start: Buffer): TextDecoder | null {
  if (start[0] === 0xff && start[1] === 0xfe) return decoderOf('utf-16le')
  if (start[0] === 0xfe && start[1] === 0xff) return decoderOf('utf-16be')
  return null
}

/**
 * Counts the line feeds before the first invalid bytes. In the supported multi-byte encodings a line feed byte is never
 * part of another character.
 */
function linesBefore(chunk: Buffer, encoding: string): number {
  if (encoding.startsWith('utf-16')) return 0
  let lines = 0
  for (let start = 0; start < chunk.length; lines++) {
    const end = chunk.indexOf(NEWLINE, start)
    const stop = end < 0 ? chunk.length : end + 1
    try {
      decoderOf(encoding).decode(chunk.subarray(start, stop))
    } catch {
      // The first line of a chunk may begin in the middle of a character.
      if (start > 0 || end < 0) return lines
    }
    start = stop
  }
  return 0
}

function badEncoding(found: string, line: number | null, expected = 'text in the encoding given'): Error {
  return Object.assign(new Error(`${found}, expected ${expected}`), { code: 'BAD_ENCODING', line })
}
