/** One layer of a bidirectional LSTM for prediction: without gradient, equal rows are projected only once. */
import { gather, tensor1d } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { bilstm, type LstmDirection } from './bilstm.ts'
import { hasKernel, runKernel } from './kernelDispatch.ts'

/** x [U, I], index [N]: token n of the packed batch reads row index[n] → [N, 2H]. See bilstm. */
export function bilstmInference(
  x: Tensor,
  index: Int32Array,
  batchSizes: Int32Array,
  forward: LstmDirection,
  backward: LstmDirection,
): Tensor {
  if (!hasKernel('BiLstmInference')) return bilstm(gather(x, tensor1d(index, 'int32')), batchSizes, forward, backward)
  const inputs = { x, wForward: forward.W, bForward: forward.b, wBackward: backward.W, bBackward: backward.b }
  return runKernel('BiLstmInference', inputs, {
    index,
    batchSizes,
    maskForward: forward.mask,
    maskBackward: backward.mask,
  })
}
