/** One layer of a bidirectional LSTM over a packed batch, under a task's mask. */
import { add, concat, matMul, mul, sigmoid, slice, split, sum, tanh, zeros } from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { hasKernel, makeReserve, registerOpGradient, runKernel } from './kernelDispatch.ts'
import { applyMask } from './mask.ts'
import { splitSteps } from './steps.ts'

/**
 * One direction: W [I + H, 4H] (rows: input, then recurrent; gates i, f, g, o), b [2, 4H] (both rows are added), mask
 * over W or null.
 */
export interface LstmDirection {
  W: Tensor
  b: Tensor
  mask: Tensor | null
}

/**
 * x [N, I] packed: batchSizes[t] sentences, longest first, are more than t tokens long, and token t of the sentence of
 * rank r is row batchSizes[0] + … + batchSizes[t−1] + r. → [N, 2H], forward beside backward.
 */
export function bilstm(x: Tensor, batchSizes: Int32Array, forward: LstmDirection, backward: LstmDirection): Tensor {
  if (!hasKernel('BiLstm')) return composedBilstm(x, batchSizes, forward, backward)
  const inputs = { x, wForward: forward.W, bForward: forward.b, wBackward: backward.W, bBackward: backward.b }
  return runKernel('BiLstm', inputs, {
    batchSizes,
    maskForward: forward.mask,
    maskBackward: backward.mask,
    reserve: makeReserve(),
  })
}

export function composedBilstm(
  x: Tensor,
  batchSizes: Int32Array,
  forward: LstmDirection,
  backward: LstmDirection,
): Tensor {
  if (batchSizes.length === 0) return zeros([0, forward.W.shape[1]! / 2])
  const steps = splitSteps(x, batchSizes) // T times [B_t, I]
  const ahead = scan(steps, forward)
  const back = scan([...steps].reverse(), backward).reverse()
  return concat([concat(ahead, 0), concat(back, 0)], 1)
}

/** h [B_t, H] at every step. Sentences leave (forward) or join with state 0 (backward) at the end of the ranks. */
function scan(steps: Tensor[], { W, b, mask }: LstmDirection): Tensor[] {
  const H = W.shape[1]! / 4
  const I = W.shape[0] - H
  const kept = applyMask(W, mask)
  const Wx = slice(kept, [0, 0], [I, 4 * H]) as Tensor2D
  const Wh = slice(kept, [I, 0], [H, 4 * H]) as Tensor2D
  const bias = sum(b, 0)
  let h: Tensor = zeros([0, H])
  let c: Tensor = zeros([0, H])
  return steps.map((x) => {
    const B = x.shape[0]
    ;[h, c] = [resizeRows(h, B), resizeRows(c, B)]
    const z = add(add(matMul(x as Tensor2D, Wx), matMul(h as Tensor2D, Wh)), bias) // [B_t, 4H]
    const [i, f, g, o] = split(z, 4, 1)
    c = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)))
    h = mul(sigmoid(o), tanh(c))
    return h
  })
}

function resizeRows(state: Tensor, rows: number): Tensor {
  const [have, H] = state.shape
  if (have === rows) return state
  if (have === 0) return zeros([rows, H])
  return have > rows ? slice(state, [0, 0], [rows, H]) : concat([state, zeros([rows - have, H])], 0)
}

registerOpGradient(
  'BiLstm',
  ['x', 'wForward', 'wBackward'],
  (dy, { x, wForward, wBackward, output }, attributes) => {
    const [dx, dwForward, dbForward, dwBackward, dbBackward] = runKernel<Tensor[]>(
      'BiLstmGrad',
      { dy, x, y: output, wForward, wBackward },
      attributes,
    )
    return { x: dx, wForward: dwForward, bForward: dbForward, wBackward: dwBackward, bBackward: dbBackward }
  },
  true,
)
