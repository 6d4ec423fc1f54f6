#!/usr/bin/env node
/**
 * Starts the command line. The program is TypeScript that Node runs directly, which takes Node 24; where the Node
 * at hand is older, the one that npm installed beside us takes over. Plain JavaScript, for old Nodes must read it.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST = 24
const SILENCE = '--disable-warning=ExperimentalWarning'
/** Tells the process started in our place that it was: it must neither start another nor outlive us. */
const RELAYED = 'SPARSE_SHARING_RELAYED'

const major = Number(process.versions.node.split('.')[0])
if (major >= OLDEST) await start()
else relay()

async function start() {
  silenceExperimentalWarnings()
  keepCompiled()
  if (process.env[RELAYED] !== undefined) {
    delete process.env[RELAYED]
    // The launcher is gone, however that came about: so are we. The state is safe at any moment.
    process.on('disconnect', () => process.exit(1))
    process.channel?.unref()
  }
  const { runCli } = await import('./cli.ts')
  process.exitCode = await runCli(process.argv.slice(2))
}

/**
 * What Node makes of our files, types stripped and compiled, is kept for the next start, which takes half the time. Not in the folder for
 * temporary files, Node's own choice: others may write there. By the environment, for training processes and threads learn of it that way.
 */
function keepCompiled() {
  const { env, platform } = process
  if (env.NODE_COMPILE_CACHE !== undefined || env.NODE_DISABLE_COMPILE_CACHE !== undefined) return
  const home = env.HOME || env.USERPROFILE || homedir()
  const caches =
    platform === 'win32'
      ? env.LOCALAPPDATA || join(home, 'AppData', 'Local')
      : platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : env.XDG_CACHE_HOME?.startsWith('/')
          ? env.XDG_CACHE_HOME
          : join(home, '.cache')
  env.NODE_COMPILE_CACHE = join(caches, 'sparse-sharing-studio', 'compiled')
  // Not imported by its name, which older Nodes lack.
  nodeModule.enableCompileCache(env.NODE_COMPILE_CACHE)
}

/** Type stripping is experimental in some releases; that is no news for a user. Other warnings stay. */
function silenceExperimentalWarnings() {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const listener of listeners) listener.call(process, warning)
  })
}

function relay() {
  const node = pinnedNode()
  if (node === null || process.env[RELAYED] !== undefined) {
    console.error(
      `error: sparse-sharing needs Node ${OLDEST} or newer, this is ${process.version}: run "npm install" in its folder, which brings one, or install Node ${OLDEST}`,
    )
    process.exit(1)
  }
  const self = fileURLToPath(import.meta.url)
  const child = spawn(node, [SILENCE, self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RELAYED]: '1' },
  })
  // A Ctrl-C reaches the child from the terminal as well; it takes the two for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`error: the Node at ${node} cannot be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** The Node that npm installed for this platform, or null. */
function pinnedNode() {
  const { platform, arch } = process
  const os = platform === 'win32' ? 'win' : platform
  const file = platform === 'win32' ? 'node.exe' : 'node'
  const require = createRequire(import.meta.url)
  for (const name of [`node-${os}-${arch}`, `node-bin-${os}-${arch}`]) {
    try {
      const node = join(dirname(require.resolve(`${name}/package.json`)), 'bin', file)
      if (existsSync(node)) return node
    } catch {
      // Not installed: it is for another platform.
    }
  }
  const linked = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  return platform !== 'win32' && existsSync(linked) ? linked : null
}
