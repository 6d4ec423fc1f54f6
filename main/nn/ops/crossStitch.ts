/** A cross-stitch unit: a task's mixture of all tasks' outputs (Misra, Shrivastava, Gupta, Hebert 2016). */
import { addN, customGrad, mul, pad, reshape, slice, stack, sum, type Tensor } from '@tensorflow/tfjs-core'

/**
 * h: T outputs [N, D], alpha [T, T] → [N, D]: Σ_s α_ts h_s for task t. Its gradient is made of plain ops, so that it
 * runs on every backend; its cost is small beside the BiLSTMs.
 */
export function crossStitch(h: readonly Tensor[], alpha: Tensor, t: number): Tensor {
  const unit = customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const [weights, ...outputs] = args.slice(0, -1) as Tensor[]
    save([weights, ...outputs])
    return { value: mix(outputs, weights, t), gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved, t) }
  })
  return unit(alpha, ...h)
}

const share = (alpha: Tensor, t: number, s: number) => slice(alpha, [t, s], [1, 1])

function mix(h: readonly Tensor[], alpha: Tensor, t: number): Tensor {
  return addN(h.map((one, s) => mul(one, share(alpha, t, s))))
}

/** dα_ts = ⟨dy, h_s⟩, 0 in the rows of other tasks; dh_s = α_ts dy. */
function gradients(dy: Tensor, [alpha, ...h]: Tensor[], t: number): Tensor[] {
  const row = reshape(stack(h.map((one) => sum(mul(dy, one)))), [1, h.length]) // [1, T]
  const dAlpha = pad(row, [
    [t, h.length - 1 - t],
    [0, 0],
  ])
  return [dAlpha, ...h.map((_, s) => mul(dy, share(alpha, t, s)))]
}
