#!/usr/bin/env node
/**
 * Starts the command line: the bundle in dist/ where the program is installed as a package, the sources, whose types Node
 * strips, in a working copy. Both need the Node that package.json names; in a working copy an older one hands over to
 * the one that npm installed for it. This file is plain JavaScript, because older Nodes must be able to run it.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const OLDEST = Number(/\d+/.exec(engines.node)[0])
/** A package has no sources. */
const SOURCES = existsSync(new URL('./cli.ts', import.meta.url))
const SILENCE = '--disable-warning=ExperimentalWarning'
/** Marks the process that we hand over to: it must neither hand over again nor outlive us. */
const RELAYED = 'SPARSE_SHARING_RELAYED'

const major = Number(process.versions.node.split('.')[0])
if (major >= OLDEST) await start()
else relay()

async function start() {
  silenceExperimentalWarnings()
  enableCompileCache()
  if (process.env[RELAYED] !== undefined) {
    delete process.env[RELAYED]
    // The launcher has ended, so this process ends too. Every commit is already in the database.
    process.on('disconnect', () => process.exit(1))
    process.channel?.unref()
  }
  // A package without kernels that load here compiles them, once.
  if (!SOURCES && !/^(-|help$)/.test(process.argv[2] ?? '-')) await import('../../dist/native/build.mjs')
  const { runCli } = await import(SOURCES ? './cli.ts' : '../../dist/cli.js')
  process.exitCode = await runCli(process.argv.slice(2))
}

/**
 * Enables Node's compile cache, which halves the time of the next start. It is in the user's cache folder instead of
 * Node's default, the folder for temporary files, where others may write. Set in the environment, so that training
 * processes and threads use it too. (env-paths does not fit: see main/config/dataFolder.ts.)
 */
function enableCompileCache() {
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
  // Not a named import: older Nodes lack it.
  nodeModule.enableCompileCache(env.NODE_COMPILE_CACHE)
}

/** Hides the warning about type stripping, which is experimental in some releases. Other warnings stay. */
function silenceExperimentalWarnings() {
  const listeners = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const listener of listeners) listener.call(process, warning)
  })
}

function relay() {
  const node = SOURCES ? pinnedNode() : null
  if (node === null || process.env[RELAYED] !== undefined) {
    const remedy = SOURCES
      ? `run "npm ci" in its folder, which installs one, or install Node ${OLDEST}`
      : `install Node ${OLDEST}`
    console.error(`error: sparse-sharing needs Node ${OLDEST} or newer, and this is ${process.version}: ${remedy}`)
    process.exit(1)
  }
  const self = fileURLToPath(import.meta.url)
  const child = spawn(node, [SILENCE, self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [RELAYED]: '1' },
  })
  // The terminal sends Ctrl-C to the child as well; the child treats the two signals as one.
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
      // Not installed: the package is for another platform.
    }
  }
  const linked = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  return platform !== 'win32' && existsSync(linked) ? linked : null
}
