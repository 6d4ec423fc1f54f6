/**
 * The default location of the studio's database. env-paths does not fit: on Windows it appends a folder `Data` to another
 * base folder, so that existing databases would not be found, and it takes a relative XDG_DATA_HOME, which the XDG
 * specification calls invalid.
 */
import { homedir } from 'node:os'
import { posix, resolve, win32 } from 'node:path'
import type { Option } from './args.ts'

export const databaseOption: Option = {
  name: 'db',
  value: 'FILE',
  description: 'Database of the studio (default: $SPARSE_SHARING_DB, else in your data folder).',
}

const FOLDER = 'sparse-sharing-studio'
const FILE = 'studio.db'

type Env = Readonly<Record<string, string | undefined>>

/** --db, else SPARSE_SHARING_DB, else by the platform's convention. Given paths are relative to cwd. */
export function databasePath(
  given: string | undefined,
  env: Env,
  cwd: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = given ?? (env.SPARSE_SHARING_DB || undefined)
  return named === undefined ? userDatabase(env, platform) : resolve(cwd, named)
}

function userDatabase(env: Env, platform: NodeJS.Platform): string {
  const home = env.HOME || env.USERPROFILE || homedir()
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), FOLDER, FILE)
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', FOLDER, FILE)
  // The XDG specification: a relative path in XDG_DATA_HOME is invalid and must be ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : posix.join(home, '.local', 'share')
  return posix.join(data, FOLDER, FILE)
}
