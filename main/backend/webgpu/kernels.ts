/** Our ops as kernels of this backend: each calls a function that appends dispatches. Ops without one run composed. */
import { registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WordChars } from '../../nn/ops/charCnn.ts'
import type { Dropout } from '../../nn/ops/dropout.ts'
import { WEBGPU, type ComputeBackend } from './backend.ts'
import { bilstm, bilstmGrad, type BilstmInputs, type BilstmReserve } from './kernels/bilstm.ts'
import { charCnn, charCnnGrad, type CharCnnReserve } from './kernels/charCnn.ts'
import { sparseDropout } from './kernels/dropout.ts'
import { gatherRows, gatherRowsGrad } from './kernels/gatherRows.ts'

interface Call {
  backend: ComputeBackend
  inputs: Record<string, TensorInfo>
  // The attributes each op sets in main/nn/ops.
  attributes: {
    index: Int32Array
    rowCount: number
    dim: number
    drop: Dropout
    batchSizes: Int32Array
    maskForward: TensorInfo | null
    maskBackward: TensorInfo | null
    words: WordChars
    mask: TensorInfo | null
    /** Null: no gradient will be computed. */
    reserve: (BilstmReserve & CharCnnReserve) | null
  }
}

const KERNELS: Record<string, (call: Call) => TensorInfo | TensorInfo[]> = {
  SparseDropout: ({ backend, inputs: { x }, attributes: { drop } }) => sparseDropout(backend, x, drop),
  GatherRows: ({ backend, inputs: { rows }, attributes: { index, dim, drop } }) =>
    gatherRows(backend, rows, index, dim, drop),
  GatherRowsGrad: ({ backend, inputs: { dy }, attributes: { index, rowCount, dim, drop } }) =>
    gatherRowsGrad(backend, dy, index, rowCount, dim, drop),
  CharCnn: ({ backend, inputs: { table, W, b }, attributes: { words, mask, drop, reserve } }) =>
    charCnn(backend, { table, W, b }, words, mask, drop, reserve),
  CharCnnGrad: ({ backend, inputs: { dy, table, W }, attributes: { words, mask, drop, reserve } }) =>
    charCnnGrad(backend, dy, table, W, words, mask, drop, reserve!),
  BiLstm: ({ backend, inputs, attributes: { batchSizes, maskForward, maskBackward, reserve } }) =>
    bilstm(backend, inputs as unknown as BilstmInputs, batchSizes, [maskForward, maskBackward], reserve),
  BiLstmGrad: ({
    backend,
    inputs: { dy, ...inputs },
    attributes: { batchSizes, maskForward, maskBackward, reserve },
  }) => bilstmGrad(backend, dy, inputs as unknown as BilstmInputs, batchSizes, [maskForward, maskBackward], reserve!),
}

export function registerWebgpuKernels(): void {
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    registerKernel({
      kernelName,
      backendName: WEBGPU,
      kernelFunc: ({ inputs, attrs, backend }) =>
        kernel({
          backend: backend as ComputeBackend,
          inputs: inputs as Record<string, TensorInfo>,
          attributes: attrs as never,
        }),
    })
  }
}
