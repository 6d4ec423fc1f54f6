/** Embedding look-up among the rows of a batch, with dropout on the result. */
import { gather, tensor1d } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasKernel, registerOpGradient, runKernel } from './kernelDispatch.ts'
import { composedDropout, type Dropout } from './dropout.ts'

/** rows [U, D], index [N] into them → [N, D]; dropout by the element's index in the result. */
export function gatherRows(rows: Tensor, index: Int32Array, drop: Dropout): Tensor {
  if (!hasKernel('GatherRows')) return composedGatherRows(rows, index, drop)
  return runKernel('GatherRows', { rows }, { index, drop, rowCount: rows.shape[0], dim: rows.shape[1] })
}

export function composedGatherRows(rows: Tensor, index: Int32Array, drop: Dropout): Tensor {
  return composedDropout(gather(rows, tensor1d(index, 'int32')), drop)
}

registerOpGradient('GatherRows', [], (dy, _saved, attributes) => ({
  rows: runKernel('GatherRowsGrad', { dy }, attributes),
}))
