/** Where the studio's database is when nobody says. */
import { homedir } from 'node:os'
import { posix, resolve, win32 } from 'node:path'
import type { Option } from './args.ts'

export const databaseOption: Option = {
  name: 'db',
  value: 'FILE',
  description: 'Studio database (default: $SPARSE_SHARING_DB, else in the data folder of the user).',
}

const FOLDER = 'sparse-sharing-studio'
const FILE = 'studio.db'

type Env = Readonly<Record<string, string | undefined>>

/** --db, else SPARSE_SHARING_DB, else by the platform's convention. Paths given are relative to cwd. */
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
  // The XDG specification: a relative path in XDG_DATA_HOME is invalid and to be ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : posix.join(home, '.local', 'share')
  return posix.join(data, FOLDER, FILE)
}
