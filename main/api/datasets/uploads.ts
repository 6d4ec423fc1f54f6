/** Files on their way: those that the window handed over, piece by piece or by their path, until they are imported or dropped, and those made for it. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { appendFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FileRef } from '../../../shared/protocol/requests/datasets.ts'
import { fromBase64, PIECE_BYTES } from '../../../shared/util/base64.ts'
import { bytes as readable } from '../../../shared/util/format.ts'
import { unreadable } from '../../data/read.ts'
import { DatasetError, onDisk } from './errors.ts'
import { readPiece } from './filePiece.ts'

const MAX_BYTES = 2 * 2 ** 30
const MAX_FILES = 64
/** A file that nobody asked for so long is taken for forgotten. */
const FORGOTTEN_MS = 6 * 3_600_000
const LOOK_EVERY_MS = 600_000

/** Folders with files being handed over or imported are called so. */
export const INCOMING = 'incoming-'

interface Entry extends FileRef {
  path: string
  /** Whether the file is ours, and goes when it is dropped. */
  own: boolean
  /** Made for the window to fetch. What it named by path, it may import, but not read. */
  made: boolean
  received: number
  complete: boolean
  touched: number
  /** The pieces, one after the other. */
  writing: Promise<unknown>
}

export class Uploads {
  private readonly parent: string
  private folder: string | null = null
  private readonly entries = new Map<string, Entry>()
  private readonly timer: NodeJS.Timeout

  /** Keeps them in a folder of its own within `parent`, null for the system's temporary folder. */
  constructor(parent: string | null) {
    this.parent = parent ?? tmpdir()
    this.timer = setInterval(() => this.dropForgotten(), LOOK_EVERY_MS)
    this.timer.unref()
  }

  begin(name: string, bytes: number): { file: string } {
    if (bytes > MAX_BYTES)
      throw new DatasetError(
        'tooLarge',
        `${name} has ${readable(bytes)}, at most ${readable(MAX_BYTES)} can be handed over. Name its path instead.`,
      )
    const file = randomUUID()
    this.add({
      file,
      name: baseName(name),
      bytes,
      path: join(this.makeFolder(), file),
      own: true,
      made: false,
      received: 0,
      complete: false,
    })
    return { file }
  }

  /** `from`: how many bytes come before this piece. Throws 'outOfOrder', 'tooLarge', 'diskFull', 'io'. */
  async append(file: string, from: number, data: string): Promise<{ received: number }> {
    const entry = this.find(file)
    const piece = decoded(data)
    if (piece.length > PIECE_BYTES)
      throw new DatasetError('tooLarge', `A piece has ${piece.length} bytes, at most ${PIECE_BYTES} are allowed.`)
    const written = entry.writing.then(async () => {
      if (entry.complete || from !== entry.received)
        throw new DatasetError(
          'outOfOrder',
          `${entry.name}: a piece from byte ${from} on came where byte ${entry.received} was expected.`,
        )
      if (from + piece.length > entry.bytes)
        throw new DatasetError(
          'tooLarge',
          `${entry.name}: more than the ${entry.bytes} bytes came that were announced.`,
        )
      await onDisk(entry.name, () => appendFile(entry.path, piece)).catch((error: unknown) => {
        // Nobody knows how much of the piece is in it.
        this.drop(file)
        throw error
      })
      entry.received += piece.length
    })
    entry.writing = written.catch(() => {})
    await written
    return { received: entry.received }
  }

  /** Throws 'incomplete' where not all bytes came. */
  async end(file: string): Promise<FileRef> {
    const entry = this.find(file)
    await entry.writing
    if (entry.received !== entry.bytes)
      throw new DatasetError(
        'incomplete',
        `${entry.name}: ${entry.received} of ${entry.bytes} bytes came. Hand it over again.`,
      )
    if (entry.bytes === 0) await onDisk(entry.name, () => appendFile(entry.path, ''))
    entry.complete = true
    return fileRef(entry)
  }

  /** A file where it lies; relative paths start at the program's working folder. Throws 'noFile', 'tooLarge'. */
  async open(path: string): Promise<FileRef> {
    const place = resolve(path)
    const found = await stat(place).catch((error: unknown) => {
      throw new DatasetError('noFile', `${place}: ${unreadable(error)}`)
    })
    if (!found.isFile())
      throw new DatasetError(
        'noFile',
        `${place}: found ${found.isDirectory() ? 'a folder' : 'no regular file'}, expected a file to read`,
      )
    const entry = this.add({
      file: randomUUID(),
      name: baseName(place),
      bytes: found.size,
      path: place,
      own: false,
      made: false,
      received: found.size,
      complete: true,
    })
    return fileRef(entry)
  }

  /** A file for the window to fetch: `write` makes it. */
  async make(name: string, write: (path: string) => void | Promise<void>): Promise<FileRef> {
    const file = randomUUID()
    const path = join(this.makeFolder(), file)
    await write(path)
    const { size } = await stat(path)
    return fileRef(this.add({ file, name, bytes: size, path, own: true, made: true, received: size, complete: true }))
  }

  /** A piece of a file that was made, from byte `from` on. Throws 'noFile', 'io'. */
  async read(file: string, from: number): Promise<{ bytes: number; data: string }> {
    const entry = this.find(file)
    if (!entry.made) throw new DatasetError('noFile', `${entry.name} was handed over to be imported, not to be read.`)
    return readPiece(entry.path, entry.name, from)
  }

  drop(file: string): void {
    const entry = this.entries.get(file)
    this.entries.delete(file)
    if (entry?.own) void rm(entry.path, { force: true }).catch(() => {})
  }

  /** A file that was handed over whole. Throws 'noFile', 'incomplete'. */
  get(file: string): FileRef & { path: string } {
    const entry = this.find(file)
    if (!entry.complete) throw new DatasetError('incomplete', `${entry.name} was not handed over to its end.`)
    return { ...fileRef(entry), path: entry.path }
  }

  close(): void {
    clearInterval(this.timer)
    this.entries.clear()
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true })
  }

  private find(file: string): Entry {
    const entry = this.entries.get(file)
    if (entry === undefined)
      throw new DatasetError('noFile', 'The studio does not hold this file any more: pick it again.')
    entry.touched = Date.now()
    return entry
  }

  private add(entry: Omit<Entry, 'touched' | 'writing'>): Entry {
    if (this.entries.size >= MAX_FILES)
      this.drop([...this.entries.values()].reduce((oldest, one) => (one.touched < oldest.touched ? one : oldest)).file)
    const added = { ...entry, touched: Date.now(), writing: Promise.resolve() }
    this.entries.set(entry.file, added)
    return added
  }

  private makeFolder(): string {
    mkdirSync(this.parent, { recursive: true })
    this.folder ??= mkdtempSync(join(this.parent, INCOMING))
    // Another program may have swept it away as left over, when it had been empty for long.
    mkdirSync(this.folder, { recursive: true })
    return this.folder
  }

  private dropForgotten(): void {
    for (const { file, touched } of this.entries.values()) if (Date.now() - touched > FORGOTTEN_MS) this.drop(file)
  }
}

function fileRef({ file, name, bytes }: Entry): FileRef {
  return { file, name, bytes }
}

/** The last part of a path of any system. */
function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? 'file'
}

function decoded(data: string): Uint8Array {
  try {
    return fromBase64(data)
  } catch {
    throw new DatasetError('outOfOrder', 'A piece is no base64.')
  }
}
