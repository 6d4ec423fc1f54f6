import { fileURLToPath } from 'node:url'
import type { NativeKernels } from '../../native/contract.ts'

const ADDON = fileURLToPath(new URL('../../native/build/Release/sparse_sharing.node', import.meta.url))

/** A fresh instance of the addon with this instruction set; undefined if this machine lacks it. */
export function kernelsOf(isa: NativeKernels['isa']): NativeKernels | undefined {
  const before = process.env.SPARSE_SHARING_ISA
  process.env.SPARSE_SHARING_ISA = isa
  const module = { exports: {} as NativeKernels }
  try {
    process.dlopen(module, ADDON) // unlike require, initialises again each time
    return module.exports
  } catch (error) {
    if (/is not supported here/.test(String(error))) return undefined
    throw error
  } finally {
    if (before === undefined) delete process.env.SPARSE_SHARING_ISA
    else process.env.SPARSE_SHARING_ISA = before
  }
}

/** One instance per instruction set of this machine. */
export const everyKernels = (['avx512', 'avx2', 'neon', 'portable'] as const)
  .map(kernelsOf)
  .filter((kernels) => kernels !== undefined)
