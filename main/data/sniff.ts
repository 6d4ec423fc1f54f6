/** Refuses binary files by their first bytes, with a message that names the kind of file. */

/** Thrown for a file that is not a corpus. The message says what was found and what was expected. */
export class NotACorpusError extends Error {
  readonly code = 'notACorpus'

  constructor(file: string, message: string) {
    super(`${file}: ${message}`)
    this.name = 'NotACorpusError'
  }
}

/** First bytes of known file types, as latin1, and what the user can do instead. */
const KINDS: [start: string, found: string, instead?: string][] = [
  ['PK\x03\x04', 'a zip archive or an office document', 'unpack it, or save the table as CSV'],
  ['%PDF', 'a PDF document'],
  ['\x28\xb5\x2f\xfd', 'a file packed with zstd', 'unpack it'],
  ['BZh', 'a file packed with bzip2', 'unpack it'],
  ['\xfd7zXZ', 'a file packed with xz', 'unpack it'],
  ['PAR1', 'a Parquet table', 'write JSON lines with Dataset.to_json of Hugging Face datasets'],
  ['ARROW1', 'an Arrow table', 'write JSON lines with Dataset.to_json of Hugging Face datasets'],
  ['SQLite format 3', 'an SQLite database', 'export its annotations as JSON lines'],
  ['\x80\x04', 'a pickled Python object'],
  ['\x80\x05', 'a pickled Python object'],
  ['\x89HDF', 'an HDF5 file'],
]

/**
 * Throws an Error with the code NOT_TEXT if the beginning of a file (its first chunk, unpacked) is not text. UTF-16
 * with a byte order mark is text; without one it needs `encoding`.
 */
export function refuseBinary(start: Buffer, encoding: string | null): void {
  const magic = start.subarray(0, 16).toString('latin1')
  const kind = KINDS.find(([begin]) => magic.startsWith(begin))
  if (kind !== undefined) throw notText(kind[1], kind[2] ?? null)
  const isUtf16 = encoding?.toLowerCase().startsWith('utf-16') === true || /^(\xff\xfe|\xfe\xff)/.test(magic)
  if (isUtf16 || !start.includes(0)) return
  if (/^[0-9]+ [0-9]+\n/.test(magic)) throw notText('word2vec vectors in binary format', 'they belong to model.vectors')
  if (magic.startsWith('\x78'))
    throw notText('packed binary data, as spaCy’s .spacy files are', 'export JSON with spacy.training.docs_to_json')
  const zeros = start.subarray(0, 400).filter((byte, i) => byte === 0 && i % 2 === (start[0] === 0 ? 0 : 1)).length
  const looksUtf16 = zeros * 4 > Math.min(400, start.length)
  throw looksUtf16
    ? notText('text in UTF-16 without a byte order mark', 'encoding utf-16le or utf-16be reads it')
    : notText('a binary file', null)
}

function notText(found: string, instead: string | null): Error {
  const more = instead === null ? '' : `; ${instead}`
  return Object.assign(new Error(`found ${found}, expected text${more}`), { code: 'NOT_TEXT' })
}
