// `npm start`: builds the desktop program and opens it. Plain JavaScript, for it runs before anything is built.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const require = createRequire(import.meta.url)

/** Runs a script with this Node; its output, and whether it came to a good end. */
function run(script, args = []) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8' })
  return { ok: status === 0, log: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}` }
}

function fail(message) {
  console.error(`error: ${message}`)
  process.exit(1)
}

/** Electron's executable. The npm package brings it at its first use only; that needs its download server. */
function electronBinary() {
  let folder
  try {
    folder = dirname(require.resolve('electron/package.json'))
  } catch {
    fail('Electron is not installed: run "npm ci"')
  }
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const find = () => {
    const name = existsSync(join(folder, 'path.txt')) ? readFileSync(join(folder, 'path.txt'), 'utf8') : 'electron'
    return existsSync(join(dist, name)) ? join(dist, name) : null
  }
  const present = find()
  if (present !== null) return present
  console.log('fetching Electron’s binary, about 110 MB, once …')
  const { log } = run(join(folder, 'install.js'))
  const reason = /^(?:\w*Error|.*\b(?:E[A-Z]{4,}|HTTP|status code)\b).*$/m.exec(log)?.[0].trim().slice(0, 120)
  return find() ?? fail(`the window needs Electron’s binary, which cannot be fetched here (${reason ?? 'no reason given'}); unpack a release of Electron ${require('electron/package.json').version}, set ELECTRON_OVERRIDE_DIST_PATH to its folder and start again, or use the command line: npm run sparse-sharing -- help`)
}

const electron = electronBinary()
const built = run(join(dirname(require.resolve('electron-vite/package.json')), 'bin', 'electron-vite.js'), ['build'])
if (!built.ok) fail(`the window cannot be built:\n${built.log}`)
const child = spawn(electron, [ROOT], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
