import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { ComputeBackend } from './backend.ts'

/** Passes a step's factor from clipping by norm to `use` in a buffer, where the shaders read it. */
export function withScale(backend: ComputeBackend, scale: number | Tensor, use: (factor: TensorInfo) => void): void {
  if (typeof scale !== 'number') return use(scale)
  const factor = backend.upload(Float32Array.of(scale))
  use(factor)
  backend.release(factor)
}
