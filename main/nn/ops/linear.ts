/** A linear layer. */
import { add, matMul } from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { hasKernel, registerOpGradient, runKernel } from './kernelDispatch.ts'

/** x [N, I] · W [I, O] + b [O] → [N, O]. */
export function linear(x: Tensor, W: Tensor, b: Tensor): Tensor {
  return hasKernel('Linear') ? runKernel('Linear', { x, W, b }, {}) : composedLinear(x, W, b)
}

export function composedLinear(x: Tensor, W: Tensor, b: Tensor): Tensor {
  return add(matMul(x as Tensor2D, W as Tensor2D), b)
}

registerOpGradient('Linear', ['x', 'W'], (dy, { x, W }) => {
  const [dx, dW, db] = runKernel<Tensor[]>('LinearGrad', { dy, x, W }, {})
  return { x: dx, W: dW, b: db }
})
