/**
 * The BiLSTM by TensorFlow's fused operation: one call per direction for all time steps, with sentences padded at the
 * end.
 */
import {
  add,
  clone,
  concat,
  dispose,
  keep,
  slice,
  stack,
  sum,
  tidy,
  zeros,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { applyMask } from '../../../nn/ops/mask.ts'
import type { Loaded } from '../loading.ts'
import { rawMany } from '../raw.ts'
import { packed, padded, paddingOf, type Padding } from './padding.ts'

export interface BilstmInputs {
  x: Tensor
  wForward: Tensor
  bForward: Tensor
  wBackward: Tensor
  bBackward: Tensor
}

/** Values that the forward pass stores for its gradient, per direction. */
export interface BilstmReserve {
  directions?: Direction[]
}

interface Direction {
  /**
   * Inputs of BlockLSTMV2 after the length: x [T, B, I], c₀, h₀ [B, H], W [I + H, 4H], three unused peepholes [H], b
   * [4H].
   */
  inputs: Tensor[]
  /** Outputs of BlockLSTMV2: i, c, f, o, g, tanh(c), h, each [T, B, H]. */
  states: Tensor[]
}

// Its gates are in our order: i, f, g, o.
const FORWARD = { T: 'float32', cell_clip: 0, use_peephole: false } as const
const BACKWARD = { T: 'float32', use_peephole: false } as const

/** → y [N, 2H]. In both directions a sentence's padding follows its tokens, so that it affects no token. */
export function bilstm(
  tensorflow: Loaded,
  { x, wForward, bForward, wBackward, bBackward }: BilstmInputs,
  batchSizes: Int32Array,
  masks: (Tensor | null)[],
  reserve: BilstmReserve | null,
): Tensor {
  const H = wForward.shape[1]! / 4
  if (batchSizes.length === 0) return zeros([0, 2 * H])
  return tidy(() => {
    const padding = paddingOf(batchSizes)
    const directions = [
      [wForward, bForward],
      [wBackward, bBackward],
    ].map(([W, b], d) =>
      direction(tensorflow, padding, padded(x, padding, d), masks[d] ? applyMask(W, masks[d]) : clone(W), b),
    )
    if (reserve)
      reserve.directions = directions.map(({ inputs, states }) => ({
        inputs: inputs.map(keep),
        states: states.map(keep),
      }))
    return concat(
      directions.map(({ states }, d) => packed(states[6], padding, d)),
      1,
    )
  })
}

/** dy [N, 2H] → the gradients of x, and of W and b of each direction. */
export function bilstmGrad(
  tensorflow: Loaded,
  dy: Tensor,
  { x, wForward, wBackward }: Omit<BilstmInputs, 'bForward' | 'bBackward'>,
  batchSizes: Int32Array,
  masks: (Tensor | null)[],
  reserve: BilstmReserve,
): Tensor[] {
  const H = wForward.shape[1]! / 4
  if (batchSizes.length === 0)
    return [x.shape, wForward.shape, [2, 4 * H], wBackward.shape, [2, 4 * H]].map((shape) => zeros(shape))
  const gradients = tidy(() => {
    const padding = paddingOf(batchSizes)
    const each = reserve.directions!.map(({ inputs, states }, d) => {
      const dh = padded(slice(dy, [0, d * H], [dy.shape[0], H]), padding, d)
      const results = rawMany(
        tensorflow.backend,
        'BlockLSTMGradV2',
        BACKWARD,
        [tensorflow.int64(padding.steps), ...inputs, ...states, zerosLike(states[6]), dh],
        8,
      )
      const [dx, , , dW, , , , db] = results
      return { dx: packed(dx, padding, d), dW: applyMask(dW, masks[d]), db: stack([db, db]) }
    })
    return [add(each[0].dx, each[1].dx), each[0].dW, each[0].db, each[1].dW, each[1].db]
  })
  for (const { inputs, states } of reserve.directions!) dispose([...inputs, ...states])
  return gradients
}

function direction(tensorflow: Loaded, { steps, sentences }: Padding, x: Tensor, W: Tensor, b: Tensor): Direction {
  const H = W.shape[1]! / 4
  const inputs = [x, zeros([sentences, H]), zeros([sentences, H]), W, zeros([H]), zeros([H]), zeros([H]), sum(b, 0)]
  return {
    inputs,
    states: rawMany(tensorflow.backend, 'BlockLSTMV2', FORWARD, [tensorflow.int64(steps), ...inputs], 7),
  }
}
