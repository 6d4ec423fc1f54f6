/** Dispatches a fused op: to a kernel of the current backend where it has one, else to composed TensorFlow.js ops. */
import { engine, getBackend, getKernel, registerGradient } from '@tensorflow/tfjs-core'
import type { GradFunc, Tensor } from '@tensorflow/tfjs-core'

/** Attributes of our kernels: numbers, and index arrays that stay on the host (batch structure, ids). */
export type Attributes = Record<string, unknown>

export function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined
}

/** Where a forward kernel stores what its gradient needs; null where no gradient is needed. */
export function makeReserve(): object | null {
  return engine().state.gradientDepth > 0 ? {} : null
}

/** Runs a registered kernel on the tape. */
export function runKernel<T extends Tensor | Tensor[]>(
  name: string,
  inputs: Record<string, Tensor>,
  attributes: Attributes,
): T {
  // TensorFlow.js types attributes as plain values but passes them through untouched.
  return engine().runKernel<T>(name, inputs, attributes as never)
}

/** Gradients of an op's inputs, by input name. */
export type InputGradients = Record<string, Tensor>

/**
 * Registers the gradient of an op: `gradient(dy, saved inputs by name, attributes)` returns the gradients of its inputs
 * by name. It runs once, whichever inputs the tape needs. With `saveOutput`, the op's result is saved too, as `output`.
 */
export function registerOpGradient(
  name: string,
  inputsToSave: string[],
  gradient: (dy: Tensor, saved: Record<string, Tensor>, attributes: Attributes) => InputGradients,
  saveOutput = false,
): void {
  const names = saveOutput ? [...inputsToSave, 'output'] : inputsToSave
  const gradFunc: GradFunc = (dy, saved, attributes) => {
    const tensors = Object.fromEntries(names.map((input, i) => [input, saved[i]]))
    const gradients = gradient(dy as Tensor, tensors, attributes)
    return Object.fromEntries(Object.entries(gradients).map(([input, value]) => [input, () => value]))
  }
  registerGradient({ kernelName: name, inputsToSave, outputsToSave: [saveOutput], gradFunc })
}
