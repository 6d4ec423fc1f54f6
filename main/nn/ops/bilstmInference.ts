/** One layer of a bidirectional LSTM where no gradient will be asked for: rows that are the same are projected once. */
import { gather, tensor1d } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { bilstm, type LstmDirection } from './bilstm.ts'
import { hasKernel, runKernel } from './kernelDispatch.ts'

/** x [F, I]; token n of the packed batch reads row index[n] [N] → [N, 2H]. See bilstm. */
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
