/** The folder of the catalogue's files: adds files atomically and removes leftovers. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Damaged } from '../../../shared/protocol/requests/damaged.ts'
import type { Store } from '../../store/types.ts'
import { INCOMING } from './uploads.ts'

const HOUR_MS = 3_600_000

/** The place of a file, and whether this call created it. */
export interface Placed {
  path: string
  isNew: boolean
}

/**
 * Moves a file into the folder, named by its hash and a readable name; equal content is stored once. After a crash the
 * file is there completely or not at all.
 */
export async function placeByHash(
  store: Store,
  folder: string,
  source: string,
  hash: string,
  name: string,
): Promise<Placed> {
  const known = store.corpusFile(hash)
  if (known !== null && existsSync(known)) return { path: known, isNew: false }
  const path = join(folder, `${hash.slice(0, 16)}-${safe(name)}`)
  await moveSynced(source, path)
  return { path, isNew: true }
}

/** Moves the file of rejected sentences next to its corpus file. */
export async function placeRejected(folder: string, source: string, hash: string, name: string): Promise<Placed> {
  const path = join(folder, `${hash.slice(0, 16)}-rejected-${randomBytes(3).toString('hex')}-${safe(name)}`)
  await moveSynced(source, path)
  return { path, isNew: true }
}

async function moveSynced(source: string, path: string): Promise<void> {
  const handle = await open(source, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(source, path)
}

/** Keeps letters, digits, dots and dashes, and of a long name the end, which has the extension. */
export function safe(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').slice(-60)
}

/**
 * Removes files that are neither in the catalogue nor used by a run. A file that cannot be removed stays for the next
 * time.
 */
export async function removeUnused(store: Store, paths: string[]): Promise<void> {
  const used = store.corpusFilesInUse()
  for (const path of paths) if (!used.has(path)) await rm(path, { force: true }).catch(() => {})
}

/** Corpora that the catalogue can read, but whose files are gone. */
export function missingFiles(store: Pick<Store, 'listCorpora'>): Damaged[] {
  return store.listCorpora().flatMap(({ id, name, createdAt, files }) => {
    const missing = files.find(({ path }) => !existsSync(path))
    return missing === undefined
      ? []
      : [{ id, name, createdAt, reason: `The corpus ${name} is damaged: its file ${missing.path} is missing.` }]
  })
}

/**
 * Removes what crashes and deleted runs left. Files younger than an hour may belong to another program's running
 * import.
 */
export async function sweep(store: Store, folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const old = async (path: string, age: number) => Date.now() - (await stat(path)).mtimeMs > age
  const unused: string[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    try {
      if (entry.isFile() && (await old(path, HOUR_MS))) unused.push(path)
      if (entry.isDirectory() && entry.name.startsWith(INCOMING)) await sweepIncoming(path, old)
    } catch {
      // Removed meanwhile, or not accessible.
    }
  }
  await removeUnused(store, unused)
}

/** Removes files that have not changed for a day: a window may stay open with uploaded files. */
async function sweepIncoming(folder: string, old: (path: string, age: number) => Promise<boolean>): Promise<void> {
  // Before files are removed from it, for then it has just changed.
  const unused = await old(folder, 24 * HOUR_MS)
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (await old(path, 24 * HOUR_MS)) await rm(path, { force: true })
  }
  if (unused) await rmdir(folder)
}
