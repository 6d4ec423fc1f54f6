/** The user's data folder, by the convention of each system, and what lies in it. */
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

const FOLDER = 'sparse-sharing-studio'

type Env = Readonly<Record<string, string | undefined>>

/**
 * env-paths does not fit: on Windows it appends a folder `Data` to another base folder, so that existing databases would not
 * be found, and it takes a relative XDG_DATA_HOME, which the XDG specification calls invalid.
 */
export function dataFolder(env: Env, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || env.USERPROFILE || homedir()
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), FOLDER)
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', FOLDER)
  // The XDG specification: a relative path in XDG_DATA_HOME is invalid and must be ignored.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : posix.join(home, '.local', 'share')
  return posix.join(data, FOLDER)
}

/** Where installed word vectors lie: $SPARSE_SHARING_VECTORS, else a folder of the data folder. */
export function vectorsFolder(env: Env = process.env, platform: NodeJS.Platform = process.platform): string {
  const join = platform === 'win32' ? win32.join : posix.join
  return env.SPARSE_SHARING_VECTORS || join(dataFolder(env, platform), 'vectors')
}
