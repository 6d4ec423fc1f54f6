/** Reads the model that a caller names: from the database, which is closed again at once, or from a packed file. */
import { resolve } from 'node:path'
import { METHODS } from '../../shared/settings/methods.ts'
import { databasePath } from '../config/databasePath.ts'
import { brief } from '../config/brief.ts'
import { openStore } from '../store/index.ts'
import { loadFrom } from '../tagger/modelSource.ts'
import type { Unpacked } from '../tagger/packed.ts'
import type { ModelOptions, ModelSource } from './types.ts'

/** Throws a TypeError for a source of another form, else an Error that says what the run or the file lacks. */
export function readModel(source: ModelSource, { method, tasks }: ModelOptions): Unpacked {
  if (method !== undefined && !METHODS.includes(method))
    throw new TypeError(`method: found ${brief(method)}, expected one of ${METHODS.join(', ')}`)
  const choice = { method, tasks }
  const { file, run, database } = source as { file?: unknown; run?: unknown; database?: unknown }
  if (typeof file === 'string') return loadFrom({ file: resolve(file), name: file }, choice)
  if (typeof run !== 'string' || (database !== undefined && typeof database !== 'string'))
    throw new TypeError(`model: found ${brief(source)}, expected { file } or { run } or { run, database }`)
  const store = openStore(databasePath(database, process.env, process.cwd()), { readonly: true })
  try {
    return loadFrom({ store, run }, choice)
  } finally {
    store.close()
  }
}
