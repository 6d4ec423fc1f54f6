/** Ops of few operations: dropout, gathering rows, softmax cross-entropy. */
import {
  gather,
  keep,
  mul,
  scalar,
  sum,
  tensor1d,
  tidy,
  unsortedSegmentSum,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core'
import type { Dropout } from '../../../nn/ops/dropout.ts'
import { factorsOf } from '../factors.ts'
import { rawMany, type NodeBackend } from '../raw.ts'

export function sparseDropout(x: Tensor, drop: Dropout): Tensor {
  return tidy(() => dropped(x, drop))
}

/** rows [U, D], index [N] → [N, D]. */
export function gatherRows(rows: Tensor, index: Int32Array, drop: Dropout): Tensor {
  return tidy(() => dropped(gather(rows, tensor1d(index, 'int32')), drop))
}

/** dy [N, D] → [U, D]: sums per row, for the rows of the batch only. */
export function gatherRowsGrad(dy: Tensor, index: Int32Array, rowCount: number, drop: Dropout): Tensor {
  return tidy(() => unsortedSegmentSum(dropped(dy, drop), tensor1d(index, 'int32'), rowCount))
}

const dropped = (x: Tensor, drop: Dropout): Tensor => (drop.keep === 1 ? x.clone() : mul(x, factorsOf(x.shape, drop)))

/** Values that the loss stores for its gradient. */
export interface LossReserve {
  /** dlogits [N, C] */
  dLogits?: Tensor
}

/** logits [N, C], tags [N] → the mean loss. TensorFlow's operation computes the gradient with it. */
export function softmaxCrossEntropy(
  backend: NodeBackend,
  logits: Tensor,
  tags: Int32Array,
  reserve: LossReserve | null,
): Tensor {
  const N = tags.length
  return tidy(() => {
    const [losses, gradient] =
      N === 0
        ? [zeros([0]), zeros(logits.shape)]
        : rawMany(
            backend,
            'SparseSoftmaxCrossEntropyWithLogits',
            { T: 'float32', Tlabels: 'int32' },
            [logits, tensor1d(tags, 'int32')],
            2,
          )
    const share = scalar(1 / Math.max(1, N))
    if (reserve) reserve.dLogits = keep(mul(gradient, share))
    return mul(sum(losses), share)
  })
}

export function softmaxCrossEntropyGrad(dy: Tensor, { dLogits }: LossReserve): Tensor {
  const gradient = mul(dLogits!, dy)
  dLogits!.dispose()
  return gradient
}
