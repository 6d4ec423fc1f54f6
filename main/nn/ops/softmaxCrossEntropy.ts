/** The loss of a softmax head. */
import { logSoftmax, mean, mul, neg, scalar, sum } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasKernel, makeReserve, registerOpGradient, runKernel } from './kernelDispatch.ts'
import { oneHotRows } from './oneHot.ts'

/** Mean over N tokens of −log softmax(logits [N, C])[tags [N]], in nats; 0 for no tokens. → scalar. */
export function softmaxCrossEntropy(logits: Tensor, tags: Int32Array): Tensor {
  if (!hasKernel('SoftmaxCrossEntropy')) return composedSoftmaxCrossEntropy(logits, tags)
  // The kernel computes loss and gradient in one pass; `reserve` keeps the gradient.
  return runKernel('SoftmaxCrossEntropy', { logits }, { tags, shape: logits.shape, reserve: makeReserve() })
}

export function composedSoftmaxCrossEntropy(logits: Tensor, tags: Int32Array): Tensor {
  if (tags.length === 0) return mul(sum(logits), scalar(0))
  return neg(mean(sum(mul(logSoftmax(logits), oneHotRows(tags, logits.shape[1]!)), 1)))
}

registerOpGradient('SoftmaxCrossEntropy', [], (dy, _saved, attributes) => ({
  logits: runKernel('SoftmaxCrossEntropyGrad', { dy }, attributes),
}))
