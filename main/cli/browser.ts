/** Opens an address in the user's browser. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import open from 'open'

type Env = Readonly<Record<string, string | undefined>>

/** After this time the browser has read the file. */
const FILE_KEPT_MS = 60_000

/**
 * Returns null if no browser can be opened. Other users see the arguments of a command (`ps`), and the address holds a
 * secret: so the browser gets a file that only this user can read, which redirects there. Returns the function that
 * removes the file.
 */
export async function openBrowser(
  address: string,
  env: Env,
  platform: NodeJS.Platform = process.platform,
): Promise<(() => void) | null> {
  // Without a screen, a browser for the terminal might open over our own output.
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return null
  // Browsers in a snap can read files of the home folder, but not of /tmp.
  const parent = platform === 'linux' && existsSync('/snap') ? homedir() : tmpdir()
  const folder = mkdtempSync(join(parent, 'sparse-sharing-'))
  const file = join(folder, 'open.html')
  writeFileSync(file, redirectTo(address), { mode: 0o600 })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (!(await opened(pathToFileURL(file).href))) {
    remove()
    return null
  }
  setTimeout(remove, FILE_KEPT_MS).unref()
  return remove
}

function redirectTo(address: string): string {
  return [
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">',
    `<meta http-equiv="refresh" content="0;url=${address}"><title>Sparse Sharing Studio</title>`,
  ].join('')
}

async function opened(url: string): Promise<boolean> {
  try {
    await open(url)
    return true
  } catch {
    return false
  }
}
