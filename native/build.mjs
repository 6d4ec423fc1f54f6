// Compiles the C++ kernels with node-gyp, using headers that are on this machine: nothing is downloaded.
// In a working copy `npm install` runs it (`postprepare`, an event that installed packages lack). In an installed
// package the launcher does, because npm is about to stop running install scripts: it compiles once where the package
// has no kernels that load. A failure prints one line and exits with 0, because the program also runs without the
// kernels, slowly. With --strict it compiles in any case, prints the full log and exits with 1 on failure.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const ADDON = join(HERE, 'build', 'Release', 'sparse_sharing.node')
const PREBUILT = join(HERE, 'prebuilds', `${process.platform}-${process.arch}`, 'sparse_sharing.node')
const strict = process.argv.includes('--strict')
/** Left by a failed build, so that a package tries only once. */
const FAILED = join(HERE, 'build-failed.txt')
/** An installed package; a working copy has the program's sources beside this folder. */
const installed = !existsSync(join(HERE, '..', 'main', 'entry', 'cli.ts'))
const command = installed ? `node ${JSON.stringify(join(HERE, 'build.mjs'))} --strict` : 'npm run build:native'
const require = createRequire(import.meta.url)

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}

function isUpToDate() {
  if (!existsSync(ADDON)) return false
  const built = statSync(ADDON).mtimeMs
  return [join(HERE, 'binding.gyp'), ...sources(join(HERE, 'src'))].every((file) => statSync(file).mtimeMs < built)
}

/** False also where it needs a newer C library than this system has. */
function prebuiltLoads() {
  try {
    require(PREBUILT)
    return true
  } catch {
    return false
  }
}

/** A folder with include/node: that of the pinned Node, else that of the Node that runs this script. */
function headerFolder() {
  const packages = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
  const folders = packages
    .map((name) => join(HERE, '..', 'node_modules', name))
    .concat(dirname(dirname(process.execPath)), dirname(process.execPath))
  return folders.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
}

function nodeGyp() {
  try {
    return require.resolve('node-gyp/bin/node-gyp.js')
  } catch {
    return undefined
  }
}

/** Why a build failed and how to fix it, from its log. */
function diagnose(log) {
  const compiler =
    process.platform === 'darwin'
      ? 'xcode-select --install'
      : process.platform === 'win32'
        ? 'Visual Studio Build Tools with "C++ Clang tools"'
        : 'the packages g++ and make'
  if (/gyp ERR! find Python|Could not find any Python/i.test(log))
    return 'no Python 3, which node-gyp needs: install python3'
  if (
    /not found: make|(g\+\+|c\+\+|cc|make|clang\+\+): (command not found|not found|No such file)|find Visual Studio|No Xcode|ClangCL.*cannot be found/i.test(
      log,
    )
  )
    return `no C++ compiler: install ${compiler}`
  const error = log.split('\n').find((line) => /\berror\b/i.test(line) && !/gyp ERR! stack/.test(line))
  return `the compiler failed${error ? ` (${error.trim().slice(0, 160)})` : ''}: see the log of ${command}`
}

/**
 * The environment of node-gyp. npm passes on the user's own `nodedir`, which would take precedence over ours and may
 * belong to another Node. binding.gyp calls `node`, which need not be on the path.
 */
function environment() {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_)?config_(node_gyp_)?nodedir$/i.test(name),
  )
  const path = inherited.find(([name]) => /^path$/i.test(name)) ?? ['PATH', '']
  return { ...Object.fromEntries(inherited), [path[0]]: `${dirname(process.execPath)}${delimiter}${path[1]}` }
}

function build() {
  const gyp = nodeGyp()
  if (!gyp) return { reason: 'node-gyp is not installed: npm install --include=optional', log: '' }
  const headers = headerFolder()
  if (!headers)
    return {
      reason: `no headers of Node for ${process.platform}-${process.arch}: npm install --include=optional`,
      log: '',
    }
  const args = [gyp, 'configure', 'build', `--nodedir=${headers}`, `--jobs=${availableParallelism()}`]
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: HERE,
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const log = `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`
  return status === 0 && existsSync(ADDON) ? { log } : { reason: diagnose(log), log }
}

/** Whether this folder can be written: a package may belong to another user. */
function isWritable() {
  try {
    accessSync(HERE, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Prints the outcome: on stderr in a package, where a command's output follows. */
function run() {
  const print = installed && !strict ? console.error : console.log
  if (installed && !strict) print('compiling the native kernels for this machine, once…')
  const { reason, log } = build()
  if (strict && log) print(log)
  if (reason) print(`native kernels: not built, training uses slower ones: ${reason}`)
  else print('native kernels: built')
  if (reason && strict) process.exitCode = 1
  if (reason && installed) writeFileSync(FAILED, `${reason}\n`)
}

if (isUpToDate()) {
  if (strict) console.log('native kernels: up to date')
} else if (strict || !installed) run()
else if (!prebuiltLoads() && !existsSync(FAILED) && isWritable()) run()
