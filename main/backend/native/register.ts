/** The `native` TensorFlow.js backend: the CPU backend’s storage and kernels, our C++ kernels for the ops that cost the time. */
import { copyRegisteredKernels, findBackend, registerBackend } from '@tensorflow/tfjs-core'
import type { NativeKernels } from '../../../native/contract.ts'
import { NATIVE, NativeBackend } from './backend.ts'
import { registerNativeHostKernels } from './hostKernels.ts'
import { registerNativeKernels } from './kernels.ts'

/** Registers the backend once in this JavaScript thread. */
export function registerNative(kernels: NativeKernels): void {
  if (findBackend(NATIVE)) return
  registerBackend(NATIVE, () => new NativeBackend())
  copyRegisteredKernels('cpu', NATIVE)
  registerNativeKernels(kernels)
  registerNativeHostKernels(kernels)
}
