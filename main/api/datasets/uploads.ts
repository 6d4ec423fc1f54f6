/**
 * Files that the program holds for its pages: uploaded in pieces, opened by their path, or written for download. What a
 * page may do with each is decided here alone, by the rule in ../fileAccess.ts.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { appendFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FileRef } from '../../../shared/protocol/requests/datasets.ts'
import { fromBase64, PIECE_BYTES } from '../../../shared/util/base64.ts'
import { repeat, type Disposable } from '../../../shared/util/disposable.ts'
import { bytes as readable } from '../../../shared/util/format.ts'
import { unreadable } from '../../data/unreadable.ts'
import type { FileUse } from '../fileAccess.ts'
import { DatasetError, onDisk } from './errors.ts'
import { readPiece } from './filePiece.ts'

const MAX_BYTES = 2 * 2 ** 30
const MAX_FILES = 64
/** A file that was not used for this long is removed. */
const FORGOTTEN_MS = 6 * 3_600_000
/** If all places are taken, a file that was not used for this long is removed. */
const IDLE_MS = 10 * 60_000
const CLEANUP_MS = 600_000

/** Prefix of the folders with files that are being uploaded or imported. */
export const INCOMING = 'incoming-'

/** A file with its place on the disk. */
export type HeldFile = FileRef & { path: string }

interface Entry extends HeldFile {
  /** uploaded: by the page, in pieces; opened: by its path; written: by the program, for download. */
  origin: 'uploaded' | 'opened' | 'written'
  received: number
  /** Made from a file that was opened by its path, so it is not read either. */
  isPrivate?: boolean
  complete: boolean
  usedAt: number
  /** Requests that are using it now. */
  holds: number
  /** Settles when the pieces so far are written. */
  writing: Promise<unknown>
}

export interface UploadsOptions {
  maxFiles?: number
  /** Files opened by their path may be read too: see ../fileAccess.ts. */
  readsOpened?: boolean | undefined
  /** Milliseconds, for tests. */
  now?: () => number
}

export class Uploads implements Disposable {
  private readonly parent: string
  private readonly maxFiles: number
  private readonly readsOpened: boolean
  private readonly now: () => number
  private folder: string | null = null
  private readonly entries = new Map<string, Entry>()
  private readonly cleanup: Disposable

  /** Keeps the files in a folder of its own within `parent`; null: within the system's temporary folder. */
  constructor(
    parent: string | null,
    { maxFiles = MAX_FILES, readsOpened = false, now = Date.now }: UploadsOptions = {},
  ) {
    this.parent = parent ?? tmpdir()
    this.maxFiles = maxFiles
    this.readsOpened = readsOpened
    this.now = now
    this.cleanup = repeat(() => this.dropForgotten(), CLEANUP_MS)
  }

  /** Throws 'tooLarge', 'tooMany'. */
  begin(name: string, bytes: number): { file: string } {
    if (bytes > MAX_BYTES)
      throw new DatasetError(
        'tooLarge',
        `${name} has ${readable(bytes)}; at most ${readable(MAX_BYTES)} can be uploaded. Give its path instead.`,
      )
    const file = randomUUID()
    this.makeRoom()
    const path = join(this.makeFolder(), file)
    this.add({ file, name: baseName(name), bytes, path, origin: 'uploaded', received: 0, complete: false })
    return { file }
  }

  /** `from`: number of bytes before this piece. Throws 'outOfOrder', 'tooLarge', 'diskFull', 'io'. */
  async append(file: string, from: number, data: string): Promise<{ received: number }> {
    const entry = this.find(file)
    const piece = decoded(data)
    if (piece.length > PIECE_BYTES)
      throw new DatasetError('tooLarge', `A piece has ${piece.length} bytes; at most ${PIECE_BYTES} are allowed.`)
    const written = entry.writing.then(async () => {
      if (entry.complete || from !== entry.received)
        throw new DatasetError(
          'outOfOrder',
          `${entry.name}: found a piece that starts at byte ${from}, expected byte ${entry.received}.`,
        )
      if (from + piece.length > entry.bytes)
        throw new DatasetError('tooLarge', `${entry.name}: found more than the announced ${entry.bytes} bytes.`)
      await onDisk(entry.name, () => appendFile(entry.path, piece)).catch((error: unknown) => {
        // It is unknown how much of the piece was written.
        this.drop(file)
        throw error
      })
      entry.received += piece.length
    })
    entry.writing = written.catch(() => {})
    await written
    return { received: entry.received }
  }

  /** Throws 'incomplete' where bytes are missing. */
  async end(file: string): Promise<FileRef> {
    const entry = this.find(file)
    await entry.writing
    if (entry.received !== entry.bytes)
      throw new DatasetError(
        'incomplete',
        `${entry.name}: received ${entry.received} of ${entry.bytes} bytes. Upload it again.`,
      )
    if (entry.bytes === 0) await onDisk(entry.name, () => appendFile(entry.path, ''))
    entry.complete = true
    return fileRef(entry)
  }

  /** A file at its place; relative paths start at the program's working folder. Throws 'noFile', 'tooMany'. */
  async open(path: string): Promise<FileRef> {
    const place = resolve(path)
    const found = await stat(place).catch((error: unknown) => {
      throw new DatasetError('noFile', `${place}: ${unreadable(error)}`)
    })
    if (!found.isFile()) {
      const kind = found.isDirectory() ? 'a folder' : 'a pipe or a device'
      throw new DatasetError('noFile', `${place}: found ${kind}, expected a file to read`)
    }
    this.makeRoom()
    const { size } = found
    const file = randomUUID()
    const name = baseName(place)
    return fileRef(this.add({ file, name, bytes: size, path: place, origin: 'opened', received: size, complete: true }))
  }

  /** A file for the page to download. `write` writes it and may return its name. What it throws leaves no file. */
  async make(name: string, write: (path: string) => string | void | Promise<string | void>): Promise<FileRef> {
    const file = randomUUID()
    this.makeRoom()
    const path = join(this.makeFolder(), file)
    try {
      const written = (await write(path)) ?? name
      const { size } = await stat(path)
      return fileRef(
        this.add({ file, name: written, bytes: size, path, origin: 'written', received: size, complete: true }),
      )
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /**
   * Another file in place of one, written by `write` from its content. The page may do with it what it may do with the
   * first, which is dropped. What `write` throws leaves the first.
   */
  async replace(file: string, write: (path: string) => Promise<void>): Promise<FileRef> {
    const { name, origin, isPrivate } = this.find(file)
    const made = await this.make(name.replace(/\.gz$/i, ''), write)
    Object.assign(this.find(made.file), { origin: 'uploaded', isPrivate: isPrivate || origin === 'opened' })
    this.drop(file)
    return made
  }

  /** A piece of a file that was written for download, from byte `from` on. Throws 'noFile', 'notReadable', 'io'. */
  async read(file: string, from: number): Promise<{ bytes: number; data: string }> {
    const entry = this.find(file)
    if (entry.origin !== 'written')
      throw new DatasetError('notReadable', `${entry.name} can be imported, but not read by the page.`)
    return readPiece(entry.path, entry.name, from)
  }

  drop(file: string): void {
    const entry = this.entries.get(file)
    this.entries.delete(file)
    if (entry !== undefined && entry.origin !== 'opened') void rm(entry.path, { force: true }).catch(() => {})
  }

  /** A complete file for a use. Throws 'noFile', 'incomplete', 'notReadable' where the rule does not allow the use. */
  get(file: string, use: FileUse): HeldFile {
    const entry = this.find(file)
    if (!entry.complete) throw new DatasetError('incomplete', `${entry.name} was not uploaded to its end.`)
    if (use === 'read' && (entry.origin === 'opened' || entry.isPrivate) && !this.readsOpened)
      throw new DatasetError(
        'notReadable',
        `${entry.name} was opened by its path: it can be imported, but its content is not shown. Upload it instead.`,
      )
    return { ...fileRef(entry), path: entry.path }
  }

  /** Runs `work` on files that cannot be removed meanwhile. Throws like `get`. */
  async hold<T>(files: readonly string[], use: FileUse, work: (held: HeldFile[]) => T | Promise<T>): Promise<T> {
    const held = files.map((file) => this.get(file, use))
    const entries = files.map((file) => this.find(file))
    for (const entry of entries) entry.holds++
    try {
      return await work(held)
    } finally {
      for (const entry of entries) {
        entry.holds--
        entry.usedAt = this.now()
      }
    }
  }

  dispose(): void {
    void this.cleanup.dispose()
    this.entries.clear()
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true })
  }

  private find(file: string): Entry {
    const entry = this.entries.get(file)
    if (entry === undefined)
      throw new DatasetError('noFile', 'The studio does not hold this file any more: choose it again.')
    entry.usedAt = this.now()
    return entry
  }

  private add(entry: Omit<Entry, 'usedAt' | 'holds' | 'writing'>): Entry {
    const added = { ...entry, usedAt: this.now(), holds: 0, writing: Promise.resolve() }
    this.entries.set(entry.file, added)
    return added
  }

  /** Throws 'tooMany' where every place is taken by a file in use. */
  private makeRoom(): void {
    if (this.entries.size < this.maxFiles) return
    const idle = [...this.entries.values()]
      .filter(({ holds, usedAt }) => holds === 0 && this.now() - usedAt > IDLE_MS)
      .toSorted((a, b) => a.usedAt - b.usedAt)
    if (idle.length === 0)
      throw new DatasetError(
        'tooMany',
        `The studio holds ${this.maxFiles} files for its pages, all in use: finish or close an import first.`,
      )
    this.drop(idle[0].file)
  }

  private makeFolder(): string {
    mkdirSync(this.parent, { recursive: true })
    this.folder ??= mkdtempSync(join(this.parent, INCOMING))
    // Another program may have removed it as a leftover after it had been empty for long.
    mkdirSync(this.folder, { recursive: true })
    return this.folder
  }

  private dropForgotten(): void {
    for (const { file, usedAt, holds } of this.entries.values())
      if (holds === 0 && this.now() - usedAt > FORGOTTEN_MS) this.drop(file)
  }
}

function fileRef({ file, name, bytes }: FileRef): FileRef {
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
    throw new DatasetError('outOfOrder', 'A piece is not base64.')
  }
}
