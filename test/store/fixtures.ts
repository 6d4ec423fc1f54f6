/** Databases that are removed after their test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openStore, type Store } from '../../main/store/index.ts'
import type { OpenOptions } from '../../main/store/types.ts'

export * from './records.ts'

/** A path for a database, in a folder that is removed after the test. */
export function temporaryPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'runs.db')
}

/** A store that is closed after the test. */
export function open(path: string = ':memory:', options?: OpenOptions): Store {
  const store = openStore(path, options)
  onTestFinished(() => store.close())
  return store
}
