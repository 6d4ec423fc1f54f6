/**
 * `npm run build`: everything that a package contains, in dist/. Complete, or as it was: the folder is replaced at the
 * end. With `--program` it compiles no kernels for packages: `npm start` uses those that `npm ci` has compiled.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { pageConfig, preloadConfig, programConfig } from './bundle.ts'
import { writeDeclarations } from './declarations.ts'
import { bundledModules, thirdPartyLicences } from './licences.ts'
import { DIST, ROOT } from './paths.ts'
import { missingCompiler, prebuild } from './prebuild.ts'

/** Architectures that a Linux machine can compile for; other systems compile their own. */
const ARCHITECTURES = process.platform === 'linux' ? ['x64', 'arm64'] : [process.arch]
/** Scripts that made the sample; only a working copy runs them. */
const isForDevelopers = (path: string) => path.endsWith('.ts')

/** Builds into a folder of its own and returns the notes of what could not be built here. */
export async function buildInto(folder: string, { prebuilt = true } = {}): Promise<string[]> {
  const modules = bundledModules()
  for (const config of [programConfig(folder), preloadConfig(folder), pageConfig(join(folder, 'page'))])
    await build({ ...config, plugins: [...(config.plugins ?? []), modules.plugin] })
  writeDeclarations(folder)
  cpSync(join(ROOT, 'resources'), join(folder, 'resources'), {
    recursive: true,
    filter: (path) => !isForDevelopers(path),
  })
  const notes = prebuilt ? addPrebuilt() : []
  copyNative(join(folder, 'native'), prebuilt ? 'prebuilds' : 'build/Release/sparse_sharing.node')
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(modules.names()))
  return notes
}

/** Compiles the kernels for each architecture that this machine has a compiler for. */
function addPrebuilt(): string[] {
  return ARCHITECTURES.flatMap((arch) => {
    const missing = missingCompiler(arch)
    if (missing === null) prebuild(arch)
    return missing === null ? [] : [`no kernels for ${process.platform}-${arch}: ${missing}`]
  })
}

/** The sources of the addon, its builder, and what was compiled. */
function copyNative(folder: string, compiled: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['binding.gyp', 'build.mjs', 'src', compiled]) {
    const source = join(ROOT, 'native', name)
    if (existsSync(source)) cpSync(source, join(folder, name), { recursive: true })
  }
}

async function main(prebuilt: boolean): Promise<void> {
  const fresh = mkdtempSync(join(ROOT, '.dist-'))
  try {
    const notes = await buildInto(fresh, { prebuilt })
    rmSync(DIST, { recursive: true, force: true })
    renameSync(fresh, DIST)
    for (const note of notes) console.log(`note: ${note}`)
    console.log(`built ${basename(DIST)}/`)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(!process.argv.includes('--program'))
