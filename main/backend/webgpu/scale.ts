import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { ComputeBackend } from './backend.ts'

/** The step's factor from clipping by norm, where the shaders read it: in a buffer. */
export function withScale(backend: ComputeBackend, scale: number | Tensor, use: (factor: TensorInfo) => void): void {
  if (typeof scale !== 'number') return use(scale)
  const factor = backend.upload(Float32Array.of(scale))
  use(factor)
  backend.release(factor)
}
