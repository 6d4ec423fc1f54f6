/**
 * The seal of an archive: a line of text after the database with the SHA-256 of all bytes before it. SQLite reads as
 * many pages as its header says and ignores what follows, so any tool can open an archive, and no changed byte goes
 * unnoticed.
 */
import { closeSync, fsyncSync, openSync, readSync, fstatSync, writeSync } from 'node:fs'
import { createHash, type Hash } from 'node:crypto'
import { StoreError } from '../errors.ts'
import { APPLICATION_ID, ARCHIVE_ID } from '../migrations.ts'

/** Version of the seal and the sealed content. A change that older programs cannot read takes the next number. */
export const ARCHIVE_FORMAT = 1

const PIECE = 2 ** 20
const SEAL = /\nSparse Sharing Studio run archive (\d{1,9}), SHA-256 of all before: ([0-9a-f]{64})\n$/
/** Longer than any seal. */
const SEAL_BYTES = 160
const HEX_AND_END = 65

/** Appends the seal. Nothing may be written to the file afterwards. */
export function seal(path: string, format: number = ARCHIVE_FORMAT): void {
  const file = openSync(path, 'r+')
  try {
    const { size } = fstatSync(file)
    const hash = createHash('sha256')
    for (const piece of pieces(file, size)) hash.update(piece)
    const words = `\nSparse Sharing Studio run archive ${format}, SHA-256 of all before: `
    writeAll(file, Buffer.from(`${words}${hash.update(words).digest('hex')}\n`), size)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Copies the sealed content into a new file. Throws a StoreError: 'foreign', 'damaged', 'newer'. */
export function unseal(path: string, copy: string): void {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const found = SEAL.exec(read(file, Math.max(0, size - SEAL_BYTES), SEAL_BYTES).toString('latin1'))
    if (found === null) throw withoutSeal(path, read(file, 0, 100))
    const [whole, format, expected] = found
    const end = size - Buffer.byteLength(whole, 'latin1')
    const hash = createHash('sha256')
    copyInto(copy, file, end, hash)
    hash.update(read(file, end, whole.length - HEX_AND_END))
    if (hash.digest('hex') !== expected)
      throw new StoreError(
        'damaged',
        `${path} is damaged: its bytes are not the ones that were written (SHA-256 differs). ` +
          'Nothing was imported; copy the file again.',
      )
    if (Number(format) > ARCHIVE_FORMAT)
      throw new StoreError(
        'newer',
        `${path} was written by a newer Sparse Sharing Studio ` +
          `(archive format ${format}, this program knows ${ARCHIVE_FORMAT}): update the program.`,
      )
  } finally {
    closeSync(file)
  }
}

/** Why a file has no seal. `head`: its first bytes. */
function withoutSeal(path: string, head: Buffer): StoreError {
  // The SQLite file format: the magic at byte 0, application_id at byte 68.
  const application =
    head.length === 100 && head.toString('latin1', 0, 16) === 'SQLite format 3\0' ? head.readUInt32BE(68) : null
  if (application === ARCHIVE_ID)
    return new StoreError(
      'damaged',
      `${path} is damaged: it has no seal at its end, so it was cut off or changed. ` +
        'Nothing was imported; copy the file again.',
    )
  if (application === APPLICATION_ID)
    return new StoreError('foreign', `${path} is the database of a studio, not the archive of a run.`)
  return new StoreError('foreign', `${path} is not the archive of a run.`)
}

function copyInto(path: string, file: number, bytes: number, hash: Hash): void {
  const copy = openSync(path, 'wx')
  try {
    for (const piece of pieces(file, bytes)) {
      hash.update(piece)
      writeAll(copy, piece, null)
    }
  } finally {
    closeSync(copy)
  }
}

/** Writes all bytes: a disk that is nearly full, or a network drive, may write only a part of them at a time. */
export function writeAll(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length;) {
    const written = writeSync(file, bytes, done, bytes.length - done, position === null ? null : position + done)
    if (written <= 0) throw Object.assign(new Error('the disk wrote nothing'), { code: 'EIO', syscall: 'write' })
    done += written
  }
}

/** The first `bytes` bytes in pieces. A piece is valid until the next one is read. */
function* pieces(file: number, bytes: number): Generator<Buffer> {
  const buffer = Buffer.allocUnsafe(PIECE)
  for (let at = 0; at < bytes;) {
    const count = readSync(file, buffer, 0, Math.min(PIECE, bytes - at), at)
    if (count === 0) return
    yield buffer.subarray(0, count)
    at += count
  }
}

function read(file: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, from))
}
