/**
 * Our ops as kernels of this backend. Ops that are missing here run composed: TensorFlow has no fused version of
 * them.
 */
import { registerKernel, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WordChars } from '../../nn/ops/charCnn.ts'
import type { Dropout } from '../../nn/ops/dropout.ts'
import { bilstm, bilstmGrad, type BilstmInputs, type BilstmReserve } from './kernels/bilstm.ts'
import { charCnn, charCnnGrad, type CharCnnReserve } from './kernels/charCnn.ts'
import {
  gatherRows,
  gatherRowsGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
  sparseDropout,
  type LossReserve,
} from './kernels/simple.ts'
import type { Loaded } from './loading.ts'
import { TENSORFLOW } from './raw.ts'

interface Call {
  // TensorFlow.js passes Tensors to kernels but types them as TensorInfo.
  inputs: Record<string, Tensor>
  // The attributes each op sets in main/nn/ops.
  attributes: {
    index: Int32Array
    rowCount: number
    drop: Dropout
    batchSizes: Int32Array
    tags: Int32Array
    words: WordChars
    mask: Tensor | null
    maskForward: Tensor | null
    maskBackward: Tensor | null
    /** Null: no gradient will be computed. */
    reserve: (BilstmReserve & CharCnnReserve & LossReserve) | null
  }
}

const KERNELS: Record<string, (tensorflow: Loaded, call: Call) => TensorInfo | TensorInfo[]> = {
  SparseDropout: (_, { inputs: { x }, attributes: { drop } }) => sparseDropout(x, drop),
  GatherRows: (_, { inputs: { rows }, attributes: { index, drop } }) => gatherRows(rows, index, drop),
  GatherRowsGrad: (_, { inputs: { dy }, attributes: { index, rowCount, drop } }) =>
    gatherRowsGrad(dy, index, rowCount, drop),
  CharCnn: ({ backend }, { inputs: { table, W, b }, attributes: { words, mask, drop, reserve } }) =>
    charCnn(backend, words, table, W, b, mask, drop, reserve),
  CharCnnGrad: (_, { inputs: { dy, table, W }, attributes: { words, mask, drop, reserve } }) =>
    charCnnGrad(dy, words, table, W, mask, drop, reserve!),
  BiLstm: (tensorflow, { inputs, attributes: { batchSizes, maskForward, maskBackward, reserve } }) =>
    bilstm(tensorflow, inputs as unknown as BilstmInputs, batchSizes, [maskForward, maskBackward], reserve),
  BiLstmGrad: (
    tensorflow,
    { inputs: { dy, ...inputs }, attributes: { batchSizes, maskForward, maskBackward, reserve } },
  ) => bilstmGrad(tensorflow, dy, inputs as unknown as BilstmInputs, batchSizes, [maskForward, maskBackward], reserve!),
  SoftmaxCrossEntropy: ({ backend }, { inputs: { logits }, attributes: { tags, reserve } }) =>
    softmaxCrossEntropy(backend, logits, tags, reserve),
  SoftmaxCrossEntropyGrad: (_, { inputs: { dy }, attributes: { reserve } }) => softmaxCrossEntropyGrad(dy, reserve!),
}

/** Call it once per thread. */
export function registerTensorflowKernels(tensorflow: Loaded): void {
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    registerKernel({
      kernelName,
      backendName: TENSORFLOW,
      kernelFunc: ({ inputs, attrs }) =>
        kernel(tensorflow, { inputs: inputs as Record<string, Tensor>, attributes: attrs as never }),
    })
  }
}
