/** Selects the backend that computes, and says why it is not a faster one. */
import { enableProdMode } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { whyNot, type BackendName } from '../../shared/devices/backends.ts'
import type { Backend, BackendModules } from './backend.ts'
import { cpu } from './cpu/index.ts'
import { native } from './native/index.ts'
import { tensorflow } from './tensorflow/index.ts'
import { webgpu } from './webgpu/index.ts'

export interface BackendInfo {
  name: BackendName
  /** Instruction set of the native kernels; null on other backends. */
  isa: string | null
  /** One line for the user if a faster backend cannot be used; else null. */
  warning: string | null
}

// Silences TensorFlow.js’ advice about its own Node backend.
enableProdMode()

/** Every backend there is, fastest first. */
export const ALL_BACKENDS: readonly Backend[] = [native, tensorflow, webgpu, cpu]

/**
 * Makes a backend current in this JavaScript thread; `auto` takes the first that can compute. `threads` is the number
 * of cores that a kernel may use; results do not depend on it. Throws an Error if a backend named explicitly cannot
 * be used.
 */
export async function chooseBackend(
  wanted: 'auto' | BackendName,
  threads: number,
  modules: BackendModules = [],
): Promise<BackendInfo> {
  let warning: string | null = null
  for (const backend of await backendsWith(modules)) {
    if (wanted !== 'auto' && wanted !== backend.name) continue
    const found = await backend.probe()
    if (found.usable && (wanted !== 'auto' || !found.software)) {
      await backend.use(threads)
      return { name: backend.name, isa: found.isa, warning }
    }
    if (found.usable) continue
    if (wanted !== 'auto') throw new Error(whyNot(found))
    if (backend === native) warning = `training runs without the native kernels and will be slower: ${whyNot(found)}`
  }
  throw new Error(`Backend ${wanted} is not part of this program.`)
}

/** All backends; those of the modules replace ours of the same name. Throws what a module throws when it is loaded. */
export async function backendsWith(modules: BackendModules): Promise<readonly Backend[]> {
  const given = (
    await Promise.all(modules.map((url) => import(/* @vite-ignore */ url) as Promise<{ default: Backend[] }>))
  ).flatMap((module) => module.default)
  const ours = ALL_BACKENDS.filter(({ name }) => !given.some((other) => other.name === name))
  return [...given, ...ours]
}
