/** The default location of the studio's database. */
import { posix, resolve, win32 } from 'node:path'
import { dataFolder } from '../config/dataFolder.ts'
import type { Option } from './args.ts'

export const databaseOption: Option = {
  name: 'db',
  value: 'FILE',
  description: 'Database of the studio (default: $SPARSE_SHARING_DB, else in your data folder).',
}

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
  return (platform === 'win32' ? win32 : posix).join(dataFolder(env, platform), FILE)
}
