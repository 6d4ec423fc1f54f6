/** Registers the `native` backend: the CPU backend’s storage and kernels, and C++ kernels for the expensive ops. */
import { copyRegisteredKernels, findBackend, registerBackend } from '@tensorflow/tfjs-core'
import type { NativeKernels } from '../../../native/contract.ts'
import { NATIVE, NativeBackend } from './backend.ts'
import { registerNativeHostKernels } from './hostKernels.ts'
import { registerNativeKernels } from './kernels.ts'

/** Registers the backend in this JavaScript thread, once. */
export function registerNative(kernels: NativeKernels): void {
  if (findBackend(NATIVE)) return
  registerBackend(NATIVE, () => new NativeBackend())
  copyRegisteredKernels('cpu', NATIVE)
  registerNativeKernels(kernels)
  registerNativeHostKernels(kernels)
}
