/**
 * Opens an address in the user's browser. The package `open` does not fit: on Linux it starts a script of its own,
 * which always starts, so that a machine without a browser could not be reported.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Env = Readonly<Record<string, string | undefined>>

/** After this time the browser has read the file. */
const FILE_KEPT_MS = 60_000

/**
 * Returns null if no browser can be opened. Other users see the arguments of a command (`ps`), and the address
 * contains a secret: so the browser gets a file that only this user can read, which redirects there. Returns the
 * function that removes the file.
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
  if (!(await started([...opener(platform), pathToFileURL(file).href]))) {
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

function started([program, ...words]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => resolve(true))
    child.unref()
  })
}

function opener(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['cmd', '/c', 'start', '""']
  return ['xdg-open']
}
