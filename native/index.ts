import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { NativeKernels } from './contract.ts'

const ADDON = fileURLToPath(new URL('./build/Release/sparse_sharing.node', import.meta.url))

let loaded: { kernels: NativeKernels } | { reason: string } | undefined

/** Loads the C++ kernels, once; or says in one line why they cannot be loaded. */
export function loadNative(): { kernels: NativeKernels } | { reason: string } {
  if (!loaded) {
    try {
      loaded = { kernels: createRequire(import.meta.url)(ADDON) as NativeKernels }
    } catch (error) {
      const first = String((error as Error).message).split('\n')[0]
      loaded = { reason: `the native kernels cannot be loaded (${first})` }
    }
  }
  return loaded
}
