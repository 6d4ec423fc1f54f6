/** Which backend computes, and why not a faster one. */
import { enableProdMode, setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { loadNative } from '../../native/index.ts'
import { NATIVE } from './native/backend.ts'
import { registerNative } from './native/register.ts'

export interface BackendInfo {
  name: 'native' | 'cpu'
  /** Instruction set of the native kernels; null on other backends. */
  isa: string | null
  /** One line for the user where something faster could not be had; else null. */
  warning: string | null
}

// Silences TensorFlow.js’ advice about its own Node backend.
enableProdMode()

/**
 * Makes a backend current in this JavaScript thread: `auto` takes the fastest present. `threads` is how many cores a kernel may
 * use; results do not depend on it. Throws an Error where a backend was asked for by name and cannot be had.
 */
export async function chooseBackend(wanted: 'auto' | 'native' | 'cpu', threads: number): Promise<BackendInfo> {
  const native = wanted === 'cpu' ? null : loadNative()
  if (native && 'kernels' in native) {
    registerNative(native.kernels)
    native.kernels.setThreads(threads)
    setBackend(NATIVE)
    return { name: 'native', isa: native.kernels.isa, warning: null }
  }
  if (wanted === 'native') throw new Error(native!.reason)
  // The composed ops need TensorFlow.js’ own gradients; only this package registers them all.
  await import('@tensorflow/tfjs')
  setBackend('cpu')
  return { name: 'cpu', isa: null, warning: native && `training runs on plain TensorFlow.js and will be slow: ${native.reason}` }
}
