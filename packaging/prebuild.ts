/**
 * Compiles the kernels for a package: `prebuilds/PLATFORM-ARCH/sparse_sharing.node` in native/, the layout of prebuildify.
 *   node packaging/prebuild.ts [x64|arm64]
 * Another architecture than this machine's needs the cross compiler of Debian (g++-aarch64-linux-gnu) on Linux, or Xcode
 * on macOS. On Linux the C++ library is linked in, so that the addon needs nothing but the C library.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from './paths.ts'

const NATIVE = join(ROOT, 'native')
const ADDON = 'sparse_sharing.node'

export const prebuiltPath = (arch: string) => join(NATIVE, 'prebuilds', `${process.platform}-${arch}`, ADDON)

/** Null if an addon for `arch` can be compiled here, else what is missing. */
export function missingCompiler(arch: string): string | null {
  if (arch === process.arch || process.platform === 'darwin') return null
  if (process.platform !== 'linux' || arch !== 'arm64') return `no cross compiler for ${process.platform}-${arch}`
  const { error } = spawnSync('aarch64-linux-gnu-g++', ['--version'])
  return error === undefined ? null : 'aarch64-linux-gnu-g++ is not installed (Debian: g++-aarch64-linux-gnu)'
}

/** Compiles the addon unless it is newer than its sources. Throws an Error with the compiler's log. */
export function prebuild(arch: string): void {
  const target = prebuiltPath(arch)
  if (existsSync(target) && newest(NATIVE) < statSync(target).mtimeMs) return
  // Away from native/build/, which belongs to this machine.
  const work = mkdtempSync(join(tmpdir(), 'sparse-sharing-prebuild-'))
  try {
    // With their times: what `npm ci` has compiled for this machine is only linked again.
    const parts = ['src', 'binding.gyp', ...(arch === process.arch ? ['build'] : [])]
    for (const part of parts.filter((name) => existsSync(join(NATIVE, name))))
      cpSync(join(NATIVE, part), join(work, part), { recursive: true, preserveTimestamps: true })
    const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
    const nodedir = headers()
    const args = [gyp, 'configure', 'build', `--nodedir=${nodedir}`, `--arch=${arch}`]
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, `--jobs=${availableParallelism()}`], {
      cwd: work,
      env: { ...environment(), ...compilerOf(arch), ...standardOf(nodedir) },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    if (status !== 0) throw new Error(`the kernels for ${process.platform}-${arch} do not compile:\n${stdout}${stderr}`)
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(work, 'build', 'Release', ADDON), target)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Without npm's setting `nodedir`, which takes precedence over the flag and may name the headers of another Node. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_)?config_(node_gyp_)?nodedir$/i.test(name),
  )
  return Object.fromEntries(kept)
}

function compilerOf(arch: string): Record<string, string> {
  if (process.platform !== 'linux') return {}
  const linking = { LDFLAGS: '-static-libstdc++ -static-libgcc -s' }
  if (arch === process.arch) return linking
  return { ...linking, CC: 'aarch64-linux-gnu-gcc', CXX: 'aarch64-linux-gnu-g++', AR: 'aarch64-linux-gnu-ar' }
}

/** Headers of Node 20 ask for an older standard of C++; the flag that comes last counts. */
function standardOf(nodedir: string): Record<string, string> {
  const settings = readFileSync(join(nodedir, 'include', 'node', 'common.gypi'), 'utf8')
  return settings.includes('-std=gnu++20') ? {} : { CXXFLAGS: `${process.env.CXXFLAGS ?? ''} -std=gnu++20` }
}

/** The folder of a Node with its headers: the pinned one, else the one that runs this. */
function headers(): string {
  const folders = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
    .map((name) => join(ROOT, 'node_modules', name))
    .concat(dirname(dirname(process.execPath)), dirname(process.execPath))
  const found = folders.find((folder) => existsSync(join(folder, 'include', 'node', 'node_api.h')))
  if (found === undefined) throw new Error('no headers of Node: run "npm ci"')
  return found
}

/** When the newest source of the addon was changed. */
function newest(folder: string): number {
  return Math.max(
    ...['binding.gyp', 'src'].flatMap((name) => filesIn(join(folder, name))).map((file) => statSync(file).mtimeMs),
  )
}

function filesIn(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const arch = process.argv[2] ?? process.arch
  const missing = missingCompiler(arch)
  if (missing !== null) {
    console.error(`error: ${missing}`)
    process.exit(1)
  }
  prebuild(arch)
  console.log(prebuiltPath(arch))
}
