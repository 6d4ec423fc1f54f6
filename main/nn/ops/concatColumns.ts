/** Concatenates two feature matrices: word vectors and character features. */
import { concat } from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { hasKernel, registerOpGradient, runKernel } from './kernelDispatch.ts'

/** a [N, A], b [N, B] → [N, A + B]. */
export function concatColumns(a: Tensor, b: Tensor): Tensor {
  return hasKernel('ConcatColumns')
    ? runKernel('ConcatColumns', { a, b }, { widths: [a.shape[1], b.shape[1]] })
    : concat([a, b], 1)
}

registerOpGradient('ConcatColumns', [], (dy, _saved, attributes) => {
  const [a, b] = runKernel<Tensor[]>('SplitColumns', { dy }, attributes)
  return { a, b }
})
