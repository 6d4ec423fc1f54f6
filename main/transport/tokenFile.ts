/**
 * The token of a database's studio, kept beside it, so that a page that is open survives a restart of `serve`. The file
 * is readable by its owner only; whoever can read it can read the database too.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { checkToken, newToken } from './guard.ts'

/** The token file of a database: `studio.token` beside `studio.db`. */
export function tokenPath(database: string): string {
  return join(dirname(database), `${basename(database, extname(database))}.token`)
}

/**
 * The token of earlier starts, or a new one that is stored for later ones. A file that others may read, or that holds
 * no valid token, is replaced. Where nothing can be stored, the token lasts until the program ends.
 */
export function keptToken(database: string): string {
  const token = newToken()
  if (database === ':memory:') return token
  const path = tokenPath(database)
  const known = readToken(path)
  if (known !== null) return known
  try {
    rmSync(path, { force: true })
    // Exclusive: two starts at once agree on the token of the first.
    const file = openSync(path, 'wx', 0o600)
    try {
      writeSync(file, `${token}\n`)
    } finally {
      closeSync(file)
    }
    return token
  } catch {
    return readToken(path) ?? token
  }
}

function readToken(path: string): string | null {
  try {
    const { mode } = statSync(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return null
    return checkToken(readFileSync(path, 'utf8').trim())
  } catch {
    return null
  }
}
