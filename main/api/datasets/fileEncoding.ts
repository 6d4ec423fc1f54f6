/** Files that are not UTF-8: which encodings they may have, and their conversion. */
import { isUtf8 } from 'node:buffer'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FileEncoding } from '../../../shared/protocol/requests/datasets.ts'
import { streamBlocks } from '../../data/lines.ts'
import { fileBytes } from '../../tagger/source.ts'

/** By WHATWG label, common ones first. Which of them it is, only a reader of the text can say. */
const SINGLE_AND_MULTI_BYTE = [
  ...['windows-1252', 'iso-8859-15', 'macintosh', 'windows-1250', 'iso-8859-2', 'windows-1251', 'koi8-r'],
  ...[
    'windows-1253',
    'windows-1254',
    'windows-1255',
    'windows-1256',
    'gb18030',
    'big5',
    'shift_jis',
    'euc-jp',
    'euc-kr',
  ],
]
const UTF_16 = ['utf-16le', 'utf-16be']
const SAMPLE_LENGTH = 60
/** Control characters, which no text has, and those that stand for bytes without a meaning. */
const NO_TEXT = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufffd]/

/**
 * Whether a file, plain or gzip, is UTF-8 or marked as UTF-16; otherwise the encodings in which its first other line is
 * text, each with that line. Throws what reading throws.
 */
export async function encodingOf(path: string): Promise<FileEncoding> {
  try {
    for await (const lines of streamBlocks(fileBytes(path)))
      if (!isUtf8(lines)) return { utf8: false, choices: choicesFor(firstOther(lines), SINGLE_AND_MULTI_BYTE) }
  } catch (error) {
    // Zero bytes: half of the bytes of Latin text in UTF-16.
    const choices = (error as { code?: unknown }).code === 'NOT_TEXT' ? choicesFor(await start(path), UTF_16) : []
    if (choices.length === 0) throw error
    return { utf8: false, choices }
  }
  return { utf8: true, choices: [] }
}

/** The first line that is not UTF-8, of whole lines. */
function firstOther(lines: Buffer): Buffer {
  for (let from = 0; from < lines.length;) {
    const end = lines.indexOf(0x0a, from)
    const line = lines.subarray(from, end < 0 ? lines.length : end)
    if (!isUtf8(line)) return line
    from += line.length + 1
  }
  return lines
}

/** The first bytes of a file. */
async function start(path: string): Promise<Buffer> {
  const bytes = fileBytes(path)
  const first = await bytes.next()
  await bytes.return(undefined)
  return Buffer.from((first.value ?? Buffer.alloc(0)).subarray(0, 2 * SAMPLE_LENGTH))
}

function choicesFor(bytes: Buffer, encodings: readonly string[]): FileEncoding['choices'] {
  return encodings.flatMap((encoding) => {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes).trim()
      return NO_TEXT.test(text) ? [] : [{ encoding, sample: text.slice(0, SAMPLE_LENGTH) }]
    } catch {
      return []
    }
  })
}

/** Writes a file as UTF-8 to another path. Throws an Error with the code BAD_ENCODING where its bytes do not fit. */
export async function writeAsUtf8(from: string, to: string, encoding: string): Promise<void> {
  await pipeline(Readable.from(streamBlocks(fileBytes(from), encoding)), createWriteStream(to))
}
