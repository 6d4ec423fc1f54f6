/** Opens the studio's database for a command and closes it afterwards. */
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { OpenOptions, Store } from '../store/types.ts'
import type { ParsedArgs } from './args.ts'
import { textOf } from './command.ts'
import type { Context } from './command.ts'
import { databasePath } from '../config/databasePath.ts'
import { CommandError } from './errors.ts'
import { EXIT, type Io } from './io.ts'

/** The database of this command line. */
export function databaseOf(args: ParsedArgs, { io }: Context): string {
  return databasePath(textOf(args, 'db'), io.env, io.cwd)
}

/** For commands that only read. Creates no database: work gets null if there is none. Throws StoreError. */
export async function withStoreToRead<T>(
  args: ParsedArgs,
  context: Context,
  work: (store: Store | null, path: string) => T | Promise<T>,
): Promise<T> {
  const path = databaseOf(args, context)
  if (!existsSync(path)) return work(null, path)
  const { openStore } = await context.core.store()
  if (!isWritable(dirname(path))) return withCopy(path, openStore, context.io, (store) => work(store, path))
  return closing(openToRead(path, openStore), (store) => work(store, path))
}

type OpenStore = (path: string, options?: OpenOptions) => Store

function openToRead(path: string, openStore: OpenStore): Store {
  try {
    return openStore(path, { readonly: true })
  } catch (error) {
    // An older database must be migrated before it can be read.
    if ((error as { code?: unknown }).code !== 'readOnly') throw error
    return openStore(path)
  }
}

/**
 * SQLite needs files beside the database even to read it. In a folder that cannot be written, it reads a copy
 * instead.
 */
async function withCopy<T>(
  path: string,
  openStore: OpenStore,
  io: Io,
  work: (store: Store) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const release = io.onSignal(() => {
    remove()
    io.exit(EXIT.stopped)
  })
  try {
    const copy = join(folder, basename(path))
    // The second file has the commits that are not in the first one yet.
    for (const ending of ['', '-wal'])
      if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending, constants.COPYFILE_FICLONE)
    return await closing(openStore(copy), work)
  } finally {
    release()
    remove()
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Closes the store however work ends. */
export async function closing<T>(store: Store, work: (store: Store) => T | Promise<T>): Promise<T> {
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

/** Throws CommandError: without a database there are no runs. */
export function requireStore(store: Store | null, path: string): Store {
  if (store === null) throw new CommandError(`there are no runs yet: no database at ${path}`)
  return store
}
