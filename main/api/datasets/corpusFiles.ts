/** The folder of the catalogue's files: how a file gets in whole or not at all, and what is left over goes. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '../../store/types.ts'
import { INCOMING } from './uploads.ts'

const HOUR_MS = 3_600_000

/** The place of a file with this hash, and whether it is new there. */
export interface Placed {
  path: string
  isNew: boolean
}

/** Moves a file into the folder under its hash and a readable name; the same content is there once. A crash leaves it there whole or not at all. */
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

/** Moves the rejected sentences of a file beside it. */
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

/** Letters, digits, dots and dashes, the end kept: it says what kind of file it is. */
export function safe(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').slice(-60)
}

/** Removes files that neither the catalogue has nor a run was trained on; errors leave a file for the next time. */
export async function removeUnused(store: Store, paths: string[]): Promise<void> {
  const used = store.corpusFilesInUse()
  for (const path of paths) if (!used.has(path)) await rm(path, { force: true }).catch(() => {})
}

/** Removes what crashes and deleted runs left in the folder. What is younger than an hour may be another program's import under way. */
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
      // Gone meanwhile, or not ours to touch.
    }
  }
  await removeUnused(store, unused)
}

/** Removes a folder whose files have not changed for a day; a window may have been left open with files in it. */
async function sweepIncoming(folder: string, old: (path: string, age: number) => Promise<boolean>): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (await old(path, 24 * HOUR_MS)) await rm(path, { force: true })
  }
  if (await old(folder, 24 * HOUR_MS)) await rmdir(folder)
}
