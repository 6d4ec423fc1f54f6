import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NativeKernels } from './contract.ts'

const FOLDER = fileURLToPath(new URL('./', import.meta.url))

/** Compiled on this machine; else delivered with the package, in the layout of prebuildify. */
const ADDONS = [
  join(FOLDER, 'build', 'Release', 'sparse_sharing.node'),
  join(FOLDER, 'prebuilds', `${process.platform}-${process.arch}`, 'sparse_sharing.node'),
]

/** How to compile the kernels here: a working copy has npm scripts, an installed package only the builder. */
export const BUILD_COMMAND = import.meta.url.endsWith('.ts')
  ? 'npm run build:native'
  : `node ${JSON.stringify(join(FOLDER, 'build.mjs'))} --strict`

let loaded: { kernels: NativeKernels } | { reason: string } | undefined

/** Loads the C++ kernels, once; or says in one line why they cannot be loaded. */
export function loadNative(): { kernels: NativeKernels } | { reason: string } {
  return (loaded ??= load())
}

function load(): { kernels: NativeKernels } | { reason: string } {
  const require = createRequire(import.meta.url)
  const present = ADDONS.filter((file) => existsSync(file))
  let reason = `they are not built for ${process.platform} on ${process.arch}`
  for (const file of present) {
    try {
      return { kernels: require(file) as NativeKernels }
    } catch (error) {
      reason = String((error as Error).message).split('\n')[0]
    }
  }
  return { reason: `the native kernels cannot be loaded (${reason})` }
}
