/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Env = Readonly<Record<string, string | undefined>>

/** Once it is in the browser, the file is not needed again. */
const FILE_KEPT_MS = 60_000

/**
 * Null where there is no way to. The words of a command are for everybody on the machine to see (`ps`), and the address bears a
 * secret: what is opened is a file that only this user can read, and that leads there. Returns the function that takes it away.
 */
export async function openBrowser(
  address: string,
  env: Env,
  platform: NodeJS.Platform = process.platform,
): Promise<(() => void) | null> {
  // Where there is no screen, a browser for the terminal might open, over ours.
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return null
  // Browsers in a snap see the files of the home folder, not those of /tmp.
  const folder = mkdtempSync(
    join(platform === 'linux' && existsSync('/snap') ? homedir() : tmpdir(), 'sparse-sharing-'),
  )
  const file = join(folder, 'open.html')
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}"><title>Sparse Sharing Studio</title>`,
    { mode: 0o600 },
  )
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const [program, ...words] = opener(platform)
  const started = await new Promise<boolean>((resolve) => {
    const child = spawn(program, [...words, pathToFileURL(file).href], { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => resolve(true))
    child.unref()
  })
  if (!started) {
    remove()
    return null
  }
  setTimeout(remove, FILE_KEPT_MS).unref()
  return remove
}

function opener(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['cmd', '/c', 'start', '""']
  return ['xdg-open']
}
