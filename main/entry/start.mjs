// `npm start`: builds and opens the desktop program. If that is not possible, prints the reason in one line and opens
// the studio in the browser instead, passing its arguments to `serve`. Plain JavaScript: it runs before anything is
// built, on older Nodes too.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const LAUNCHER = fileURLToPath(new URL('./sparse-sharing.mjs', import.meta.url))
const require = createRequire(import.meta.url)

const { electron, reason } = desktop()
if (electron === null) openInBrowser(reason)
else openWindow(electron)

/** Electron's executable, or the reason why no desktop window can open here. */
function desktop() {
  // Checked before the download, which is 110 MB.
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { electron: null, reason: 'there is no screen for a window' }
  const folder = folderOf('electron')
  if (folder === null) return { electron: null, reason: 'Electron is not installed ("npm ci" installs it)' }
  const present = binaryIn(folder)
  if (present !== null) return { electron: present, reason: null }
  console.log('downloading Electron’s binary, about 110 MB, once…')
  const { log } = run(join(folder, 'install.js'))
  const downloaded = binaryIn(folder)
  const why =
    log
      .trim()
      .split('\n')[0]
      .replace(/^\w*Error: /, '')
      .slice(0, 120) || 'no reason given'
  return {
    electron: downloaded,
    reason:
      `the window needs Electron’s binary, which cannot be downloaded here (${why}; ` +
      'ELECTRON_OVERRIDE_DIST_PATH can name the folder of an unpacked one)',
  }
}

/** The npm package downloads the executable at its first use. */
function binaryIn(folder) {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const name = existsSync(join(folder, 'path.txt'))
    ? readFileSync(join(folder, 'path.txt'), 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron'
  return existsSync(join(dist, name)) ? join(dist, name) : null
}

function openWindow(electron) {
  const built =
    folderOf('vite') === null
      ? { ok: existsSync(join(ROOT, 'dist/electron.js')), log: 'Vite is not installed: run "npm ci"' }
      : run(join(ROOT, 'packaging', 'build.ts'), ['--program'])
  if (!built.ok) {
    console.error(`error: the window cannot be built:\n${built.log}`)
    process.exit(1)
  }
  exitWith(spawn(electron, [ROOT], { stdio: 'inherit' }))
}

function openInBrowser(reason) {
  console.log(`${reason}: opening the studio in the browser instead`)
  exitWith(spawn(process.execPath, [LAUNCHER, 'serve', '--open', ...process.argv.slice(2)], { stdio: 'inherit' }))
}

/** Exits as the child does. The terminal sends Ctrl-C to the child as well; the child treats the two as one. */
function exitWith(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
}

/** The folder of an installed package, or null. */
function folderOf(name) {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    return null
  }
}

/** Runs a script with this Node. Returns its output and whether it succeeded. */
function run(script, args = []) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return { ok: status === 0, log: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}` }
}
