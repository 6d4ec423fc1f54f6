/**
 * The arithmetic of a step that is no op on the tape: embedding rows, gradient norm, the masked update, decoding.
 * Each backend may bring its own; the ones here are the specification and serve every other backend.
 */
import { getBackend, tidy, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import { composedMomentumUpdate, composedSumOfSquares, type StepSettings } from './momentumUpdate.ts'
import { settleRows, updateRows } from './lazyMomentum.ts'
import { argmaxRows, viterbi } from './decode.ts'
import type { WordTable } from './wordTable.ts'

export type { StepSettings } from './momentumUpdate.ts'
export type { WordTable, WordTableState } from './wordTable.ts'

export interface HostKernels {
  settleRows: typeof settleRows
  updateRows: typeof updateRows
  argmaxRows: typeof argmaxRows
  viterbi: typeof viterbi
  /** Sum of squares over all elements of all tensors; a scalar tensor where it is not on the host. */
  sumOfSquares(tensors: Tensor[]): number | Tensor
  /** v = momentum · v + g; w −= lr · v, for kept weights only; the others' weight and velocity keep every bit. */
  momentumUpdate(
    weights: Variable[],
    gradients: Tensor[],
    velocities: Variable[],
    masks: (Tensor | null)[],
    settings: StepSettings,
  ): void
  /** Where the word vectors are not kept on the host; see makeWordTable. */
  makeWordTable?(values: Float32Array, dim: number): WordTable
}

const composed: HostKernels = {
  settleRows,
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

/** Gives a TensorFlow.js backend its own host kernels; those it does not name are the ones here. */
export function registerHostKernels(backend: string, kernels: Partial<HostKernels>): void {
  registered.set(backend, { ...composed, ...kernels })
}

/** The host kernels of the current backend. */
export function hostKernels(): HostKernels {
  return registered.get(getBackend()) ?? composed
}
