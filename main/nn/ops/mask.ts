import { cast, mul } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** M ⊙ W; mask is a bool tensor of W's shape, 1 = kept, or null for all kept. */
export function applyMask(W: Tensor, mask: Tensor | null): Tensor {
  return mask ? mul(W, cast(mask, 'float32')) : W
}
