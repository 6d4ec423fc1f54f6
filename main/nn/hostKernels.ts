/**
 * The arithmetic of a step that is not an op on the gradient tape: embedding rows, gradient norm, masked update,
 * decoding. A backend may have its own; those here are the specification and the fallback.
 */
import { getBackend, tidy, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import { composedMomentumUpdate, composedSumOfSquares, type StepSettings } from './momentumUpdate.ts'
import { catchUpRows, updateRows } from './lazyMomentum.ts'
import { argmaxRows, viterbi } from './decode.ts'
import type { WordTable } from './wordTable.ts'

export type { StepSettings } from './momentumUpdate.ts'
export type { WordTable, WordTableState } from './wordTable.ts'

export interface HostKernels {
  catchUpRows: typeof catchUpRows
  updateRows: typeof updateRows
  argmaxRows: typeof argmaxRows
  viterbi: typeof viterbi
  /** Sum of the squares of all elements of all tensors; a scalar tensor where it is not on the host. */
  sumOfSquares(tensors: Tensor[]): number | Tensor
  /** v = momentum · v + g; w −= lr · v, only for kept weights; all other weights and velocities keep every bit. */
  momentumUpdate(
    weights: Variable[],
    gradients: Tensor[],
    velocities: Variable[],
    masks: (Tensor | null)[],
    settings: StepSettings,
  ): void
  /** For backends that do not keep the word vectors on the host; see makeWordTable. */
  makeWordTable?(values: Float32Array, dim: number): WordTable
}

const composed: HostKernels = {
  catchUpRows,
  updateRows,
  argmaxRows,
  viterbi,
  sumOfSquares: composedSumOfSquares,
  momentumUpdate: (weights, gradients, velocities, masks, settings) => {
    weights.forEach((weight, i) =>
      tidy(() => composedMomentumUpdate(weight, gradients[i], velocities[i], masks[i], settings)),
    )
  },
}

const registered = new Map<string, HostKernels>()

/** Registers host kernels of a TensorFlow.js backend. Those it does not have are the ones here. */
export function registerHostKernels(backend: string, kernels: Partial<HostKernels>): void {
  registered.set(backend, { ...composed, ...kernels })
}

/** The host kernels of the current backend. */
export function hostKernels(): HostKernels {
  return registered.get(getBackend()) ?? composed
}
