/** Where the studio's database is. */
import { posix, resolve, win32 } from 'node:path'
import { dataFolder } from './dataFolder.ts'

const FILE = 'studio.db'

type Env = Readonly<Record<string, string | undefined>>

/** The given path, else SPARSE_SHARING_DB, else by the platform's convention. Given paths are relative to cwd. */
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
