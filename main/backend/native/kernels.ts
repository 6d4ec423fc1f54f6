/**
 * Our ops as kernels of the native backend: each passes its tensors' arrays to the C++ function (native/contract.ts).
 */
import { registerKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shared/util/arrays.ts'
import type { NativeKernels } from '../../../native/contract.ts'
import type { Dropout } from '../../nn/ops/dropout.ts'
import type { WordChars } from '../../nn/ops/charCnn.ts'
import { NATIVE, type NativeBackend } from './backend.ts'

/** Values that a forward kernel stores for its gradient. */
interface Reserve {
  gates?: Float32Array
  cells?: Float32Array
  argmax?: Int32Array
  /** Of a loss: the gradients of its inputs, computed together with it. */
  gradients?: { shape: number[]; values: Float32Array }[]
}

interface Call {
  backend: NativeBackend
  inputs: Record<string, TensorInfo>
  // The attributes each op sets in main/nn/ops.
  attributes: {
    batchSizes: Int32Array
    tags: Int32Array
    index: Int32Array
    rowCount: number
    dim: number
    shape: number[]
    widths: number[]
    words: WordChars
    drop: Dropout
    mask: TensorInfo | null
    maskForward: TensorInfo | null
    maskBackward: TensorInfo | null
    /** Null: no gradient will be computed. */
    reserve: Reserve | null
  }
}

type Kernel = (native: NativeKernels, call: Call) => TensorInfo | TensorInfo[]

export function registerNativeKernels(native: NativeKernels): void {
  for (const [kernelName, kernel] of Object.entries(KERNELS)) {
    registerKernel({
      kernelName,
      backendName: NATIVE,
      kernelFunc: ({ inputs, attrs, backend }) =>
        kernel(native, {
          backend: backend as NativeBackend,
          inputs: inputs as Record<string, TensorInfo>,
          attributes: attrs as never,
        }),
    })
  }
}

const KERNELS: Record<string, Kernel> = {
  SparseDropout(native, { backend, inputs: { x }, attributes: { drop } }) {
    const y = backend.output(x.shape)
    native.dropout(backend.floats(x), drop.keep, drop.key.k0, drop.key.k1, backend.floats(y))
    return y
  },

  GatherRows(native, { backend, inputs: { rows }, attributes: { index, drop, dim } }) {
    const y = backend.output([index.length, dim])
    native.gatherForward(backend.floats(rows), index, dim, drop.keep, drop.key.k0, drop.key.k1, backend.floats(y))
    return y
  },

  GatherRowsGrad(native, { backend, inputs: { dy }, attributes: { index, drop, rowCount, dim } }) {
    const dRows = backend.output([rowCount, dim])
    native.gatherBackward(backend.floats(dy), index, dim, drop.keep, drop.key.k0, drop.key.k1, backend.floats(dRows))
    return dRows
  },

  ConcatColumns(native, { backend, inputs: { a, b } }) {
    const y = backend.output([a.shape[0], a.shape[1] + b.shape[1]])
    native.concatColumns(backend.floats(a), backend.floats(b), a.shape[1], b.shape[1], backend.floats(y))
    return y
  },

  SplitColumns(native, { backend, inputs: { dy }, attributes: { widths } }) {
    const [a, b] = widths.map((width) => backend.output([dy.shape[0], width]))
    native.splitColumns(backend.floats(dy), widths[0], widths[1], backend.floats(a), backend.floats(b))
    return [a, b]
  },

  Linear(native, { backend, inputs: { x, W, b } }) {
    const [inputs, outputs] = W.shape
    const y = backend.output([x.shape[0], outputs])
    native.linearForward(backend.floats(x), backend.floats(W), backend.floats(b), inputs, outputs, backend.floats(y))
    return y
  },

  LinearGrad(native, { backend, inputs: { dy, x, W } }) {
    const [inputs, outputs] = W.shape
    const [dx, dW, db] = [backend.output(x.shape), backend.output(W.shape), backend.output([outputs])]
    native.linearBackward(
      backend.floats(dy),
      backend.floats(x),
      backend.floats(W),
      inputs,
      outputs,
      backend.floats(dx),
      backend.floats(dW),
      backend.floats(db),
    )
    return [dx, dW, db]
  },

  CharCnn(native, { backend, inputs: { table, W, b }, attributes: { words, mask, drop, reserve } }) {
    const [charDim, filters] = [table.shape[1], W.shape[1]]
    const N = words.starts.length - 1
    const out = backend.output([N, filters])
    const argmax = new Int32Array(N * filters)
    if (reserve) reserve.argmax = argmax
    native.charCnnForward(
      words.chars,
      words.starts,
      backend.floats(table),
      backend.floats(W),
      backend.floats(b),
      backend.bytes(mask),
      charDim,
      filters,
      W.shape[0] / charDim,
      drop.keep,
      drop.key.k0,
      drop.key.k1,
      backend.floats(out),
      argmax,
    )
    return out
  },

  CharCnnGrad(native, { backend, inputs: { dy, table, W }, attributes: { words, mask, drop, reserve } }) {
    const [charDim, filters] = [table.shape[1], W.shape[1]]
    const [dTable, dW, db] = [backend.output(table.shape), backend.output(W.shape), backend.output([filters])]
    native.charCnnBackward(
      backend.floats(dy),
      reserve!.argmax!,
      words.chars,
      words.starts,
      backend.floats(table),
      backend.floats(W),
      backend.bytes(mask),
      charDim,
      filters,
      W.shape[0] / charDim,
      drop.keep,
      drop.key.k0,
      drop.key.k1,
      backend.floats(dTable),
      backend.floats(dW),
      backend.floats(db),
    )
    return [dTable, dW, db]
  },

  BiLstm(
    native,
    {
      backend,
      inputs: { x, wForward, bForward, wBackward, bBackward },
      attributes: { batchSizes, maskForward, maskBackward, reserve },
    },
  ) {
    const N = x.shape[0]
    const H = wForward.shape[1] / 4
    const y = backend.output([N, 2 * H])
    const gates = backend.scratch(2 * N * 4 * H)
    const cells = backend.scratch(2 * N * H)
    native.bilstmForward(
      backend.floats(x),
      batchSizes,
      backend.floats(wForward),
      backend.floats(bForward),
      backend.bytes(maskForward),
      backend.floats(wBackward),
      backend.floats(bBackward),
      backend.bytes(maskBackward),
      x.shape[1],
      H,
      backend.floats(y),
      gates,
      cells,
    )
    if (reserve) Object.assign(reserve, { gates, cells })
    else [gates, cells].forEach((values) => backend.release(values))
    return y
  },

  BiLstmInference(
    native,
    {
      backend,
      inputs: { x, wForward, bForward, wBackward, bBackward },
      attributes: { index, batchSizes, maskForward, maskBackward },
    },
  ) {
    const H = wForward.shape[1] / 4
    const y = backend.output([index.length, 2 * H])
    native.bilstmInference(
      backend.floats(x),
      index,
      batchSizes,
      backend.floats(wForward),
      backend.floats(bForward),
      backend.bytes(maskForward),
      backend.floats(wBackward),
      backend.floats(bBackward),
      backend.bytes(maskBackward),
      x.shape[1],
      H,
      backend.floats(y),
    )
    return y
  },

  BiLstmGrad(
    native,
    {
      backend,
      inputs: { dy, x, y, wForward, wBackward },
      attributes: { batchSizes, maskForward, maskBackward, reserve },
    },
  ) {
    const H = wForward.shape[1] / 4
    const { gates, cells } = reserve as Required<Reserve>
    const [dx, dwF, dwB] = [x, wForward, wBackward].map((input) => backend.output(input.shape))
    const [dbF, dbB] = [backend.output([2, 4 * H]), backend.output([2, 4 * H])]
    native.bilstmBackward(
      backend.floats(dy),
      backend.floats(x),
      backend.floats(y),
      gates,
      cells,
      batchSizes,
      backend.floats(wForward),
      backend.bytes(maskForward),
      backend.floats(wBackward),
      backend.bytes(maskBackward),
      x.shape[1],
      H,
      backend.floats(dx),
      backend.floats(dwF),
      backend.floats(dbF),
      backend.floats(dwB),
      backend.floats(dbB),
    )
    ;[gates, cells].forEach((values) => backend.release(values))
    return [dx, dwF, dbF, dwB, dbB]
  },

  SoftmaxCrossEntropy(native, { backend, inputs: { logits }, attributes: { tags, reserve } }) {
    const gradients = gradientArrays(backend, [logits])
    const loss = native.softmaxCrossEntropy(backend.floats(logits), tags, logits.shape[1], gradients[0].values)
    keepGradients(backend, reserve, gradients)
    return backend.output([], Float32Array.of(loss))
  },

  SoftmaxCrossEntropyGrad: (_native, call) => scaledGradients(call)[0],

  CrfLoss(
    native,
    { backend, inputs: { emissions, transitions, start, end }, attributes: { tags, batchSizes, reserve } },
  ) {
    const gradients = gradientArrays(backend, [emissions, transitions, start, end])
    const [dEmissions, dTransitions, dStart, dEnd] = gradients.map((gradient) => gradient.values)
    const loss = native.crfLoss(
      backend.floats(emissions),
      tags,
      batchSizes,
      backend.floats(transitions),
      backend.floats(start),
      backend.floats(end),
      emissions.shape[1],
      dEmissions,
      dTransitions,
      dStart,
      dEnd,
    )
    keepGradients(backend, reserve, gradients)
    return backend.output([], Float32Array.of(loss))
  },

  CrfLossGrad: (_native, call) => scaledGradients(call),
}

function gradientArrays(backend: NativeBackend, inputs: TensorInfo[]) {
  return inputs.map(({ shape }) => ({ shape, values: backend.scratch(sizeOf(shape)) }))
}

function keepGradients(
  backend: NativeBackend,
  reserve: Reserve | null,
  gradients: NonNullable<Reserve['gradients']>,
): void {
  if (reserve) reserve.gradients = gradients
  else gradients.forEach(({ values }) => backend.release(values))
}

/**
 * The gradients that a loss kernel has computed, times dy, which is 1 unless the loss is part of another expression.
 */
function scaledGradients({ backend, inputs: { dy }, attributes: { reserve } }: Call): TensorInfo[] {
  const factor = backend.floats(dy)[0]
  return reserve!.gradients!.map(({ shape, values }) => {
    if (factor !== 1) for (let i = 0; i < values.length; i++) values[i] *= factor
    return backend.output(shape, values)
  })
}
