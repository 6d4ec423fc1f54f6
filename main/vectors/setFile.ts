/**
 * A set of word vectors as one SQLite file: an index from word to row, and the rows. A run reads only the rows of its
 * vocabulary, whatever the size of the set.
 */
import { closeSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'

/** Marks the file as a vector set (SQLite's application id, at byte 68): "SpVe". */
const APPLICATION_ID = 0x53705665
const VERSION = 1
const SQLITE_MAGIC = 'SQLite format 3\0'

/** Origin and contents of a set. */
export interface VectorSetInfo {
  name: string
  /** Numbers per vector. */
  dim: number
  words: number
  /** The file name, or the package with its version. */
  source: string
  licence: string | null
  /** SHA-256 (hex) of the words and their float32 values, in order, independent of the source format. */
  hash: string
  /** ISO 8601. */
  addedAt: string
}

/** The word with index r has values [r * dim, (r + 1) * dim). */
export interface VectorRows {
  index: Map<string, number>
  values: Float32Array
}

/** Whether the file is a vector set, judged by its first bytes. Throws the file system's errors. */
export function isVectorSet(path: string): boolean {
  const head = Buffer.alloc(72)
  const file = openSync(path, 'r')
  try {
    const bytes = readSync(file, head, 0, head.length, 0)
    return (
      bytes === head.length &&
      head.toString('latin1', 0, SQLITE_MAGIC.length) === SQLITE_MAGIC &&
      head.readUInt32BE(68) === APPLICATION_ID
    )
  } finally {
    closeSync(file)
  }
}

/** An open vector set. */
export class VectorSet {
  readonly info: VectorSetInfo
  private readonly db: Database.Database
  private readonly find: Database.Statement<[string], [word: string, vector: Buffer]>

  /** Throws an Error if the file is missing, damaged, or of a newer version. */
  constructor(path: string) {
    this.db = new Database(path, { readonly: true, fileMustExist: true })
    try {
      const version = this.db.pragma('user_version', { simple: true }) as number
      if (version > VERSION) throw new Error(`${path} was written by a newer version of the program.`)
      const info = this.db.prepare<[], { info: string }>('SELECT info FROM about').get()
      if (info === undefined) throw new Error(`${path} is incomplete.`)
      this.info = JSON.parse(info.info) as VectorSetInfo
      // One statement for all words: one per word would lock the file each time, at three times the cost.
      this.find = this.db
        .prepare<[string], [string, Buffer]>(
          'SELECT word, vector FROM json_each(?) AS wanted JOIN vectors ON word = wanted.value',
        )
        .raw()
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** The vectors of the words that the set has: [found, dim], and the row of each word found. */
  rowsOf(words: Iterable<string>): VectorRows {
    const { dim } = this.info
    const index = new Map<string, number>()
    const found: Buffer[] = []
    for (const [word, vector] of this.find.iterate(JSON.stringify([...new Set(words)]))) {
      index.set(word, found.length)
      found.push(vector)
    }
    const values = new Float32Array(found.length * dim)
    const bytes = new Uint8Array(values.buffer)
    found.forEach((vector, row) => bytes.set(vector, row * dim * 4))
    return { index, values }
  }

  close(): void {
    this.db.close()
  }
}

/** Opens a set, passes it to `work`, and closes it. */
export function withVectorSet<T>(path: string, work: (set: VectorSet) => T): T {
  const set = new VectorSet(path)
  try {
    return work(set)
  } finally {
    set.close()
  }
}

/**
 * Writes a new set to a temporary file and renames it to `path` when complete, so that no partial set is ever visible.
 * The first vector of a repeated word is used.
 */
/** Where a set is written before it is complete. */
export const draftPath = (path: string) => `${path}.${process.pid}.partial`

export class VectorSetWriter {
  private readonly db: Database.Database
  private readonly insert: Database.Statement<[string, Buffer]>
  private readonly path: string
  private readonly draft: string
  private count = 0

  constructor(path: string) {
    this.path = path
    this.draft = draftPath(path)
    rmSync(this.draft, { force: true })
    this.db = new Database(this.draft)
    // The draft is discarded after a crash, so it needs no journal; finish() syncs it.
    this.db.pragma('journal_mode = OFF')
    this.db.pragma('synchronous = OFF')
    this.db.pragma(`application_id = ${APPLICATION_ID}`)
    this.db.pragma(`user_version = ${VERSION}`)
    this.db.exec(`
      CREATE TABLE about (info TEXT NOT NULL);
      CREATE TABLE vectors (row INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE, vector BLOB NOT NULL);
      BEGIN`)
    this.insert = this.db.prepare('INSERT OR IGNORE INTO vectors (word, vector) VALUES (?, ?)')
  }

  /** Adds one vector; returns false if the word exists already. */
  add(word: string, vector: Float32Array): boolean {
    const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
    const added = this.insert.run(word, bytes).changes === 1
    if (added) this.count++
    return added
  }

  get words(): number {
    return this.count
  }

  /** Writes the info, syncs the file and moves it into place. */
  finish(info: Omit<VectorSetInfo, 'words'>): VectorSetInfo {
    const whole: VectorSetInfo = { ...info, words: this.count }
    this.db.prepare('INSERT INTO about (info) VALUES (?)').run(JSON.stringify(whole))
    this.db.exec('COMMIT')
    this.db.pragma('synchronous = FULL')
    // This write forces the sync: with the journal off, COMMIT syncs if synchronous is FULL.
    this.db.exec('BEGIN; UPDATE about SET info = info; COMMIT')
    this.db.close()
    renameSync(this.draft, this.path)
    return whole
  }

  /** Removes the draft. */
  abandon(): void {
    this.db.close()
    rmSync(this.draft, { force: true })
  }
}
