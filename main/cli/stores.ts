/** Opens the studio's database for a command and closes it after. */
import { existsSync } from 'node:fs'
import type { Store } from '../store/types.ts'
import type { ParsedArgs } from './args.ts'
import { textOf } from './command.ts'
import type { Context } from './command.ts'
import { databasePath } from './database.ts'
import { CommandError } from './errors.ts'

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
  let store: Store
  try {
    store = openStore(path, { readonly: true })
  } catch (error) {
    // An older database must be migrated before it can be read.
    if ((error as { code?: unknown }).code !== 'readOnly') throw error
    store = openStore(path)
  }
  return closing(store, () => work(store, path))
}

/** Closes the store however work ends. */
export async function closing<T>(store: Store, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    store.close()
  }
}

/** Throws CommandError: without a database there are no runs. */
export function requireStore(store: Store | null, path: string): Store {
  if (store === null) throw new CommandError(`there are no runs yet: no database at ${path}`)
  return store
}
