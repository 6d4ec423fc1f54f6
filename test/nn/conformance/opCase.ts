/** One row of the conformance table: an op, its inputs, and how closely backends must agree on it. */
import { dispose, engine, tensor, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core'
import type { TestBackend } from '../../support/backends.ts'
import { Draw } from '../../support/arrays.ts'

export type Tensors = Record<string, Tensor>

export interface Input {
  shape: number[]
  values: Float32Array
}

export interface OpCase {
  op: string
  name: string
  /** Everything that has a gradient. */
  inputs: Record<string, Input>
  /** Bool tensors by name; null = all kept. */
  masks?: Record<string, { shape: number[]; kept: Uint8Array } | null>
  run(inputs: Tensors, masks: Record<string, Tensor | null>): Tensor
  composed(inputs: Tensors, masks: Record<string, Tensor | null>): Tensor
}

/** Tolerances relative to the largest value. Each op states its reason. */
export interface Tolerance {
  /** To the composed version: float32 sums in another order. */
  composed: number
  /** To central differences of float32 results, of this step. */
  numerical: number
  step: number
  /** Piecewise linear: where left and right difference disagree there is a bend, and no gradient to compare with. */
  bends?: boolean
}

export interface OpResult {
  shape: number[]
  output: Float32Array
  gradients: Record<string, Float32Array>
}

export function floats(draw: Draw, shape: number[], bound = 1): Input {
  return {
    shape,
    values: draw.floats(
      shape.reduce((product, n) => product * n, 1),
      bound,
    ),
  }
}

function makeTensors({ inputs, masks = {} }: OpCase) {
  const on = ([name, { shape, values }]: [string, Input]) => [name, tensor(values.slice(), shape)] as const
  const maskTensors = Object.entries(masks).map(
    ([name, mask]) => [name, mask && tensor(mask.kept.slice(), mask.shape, 'bool')] as const,
  )
  return [Object.fromEntries(Object.entries(inputs).map(on)), Object.fromEntries(maskTensors)] as const
}

/** dy: random, so that no error can hide in a sum; fixed by the op's name, so that backends get the same. */
export function cotangent({ op, name }: OpCase, length: number): Float32Array {
  return new Draw('dy', op, name).floats(length).map((value) => value + Math.sign(value) * 0.25)
}

/** Output and all gradients, by the tape that training uses. A gradient that the tape does not reach is 0. */
export async function onTape(backend: TestBackend, opCase: OpCase, fn: OpCase['run']): Promise<OpResult> {
  await backend.use()
  const names = Object.keys(opCase.inputs)
  const results = tidy(() => {
    const [inputs, masks] = makeTensors(opCase)
    const plain = fn(inputs, masks)
    const dy = tensor(cotangent(opCase, plain.size), plain.shape)
    const { value, grads } = engine().gradients(
      () => fn(inputs, masks),
      names.map((name) => inputs[name]),
      dy,
      true,
    )
    return [value, ...names.map((name, i) => grads[i] ?? zerosLike(inputs[name]))]
  })
  const [output, ...gradients] = await Promise.all(
    results.map(async (result) => (await result.data<'float32'>()).slice()),
  )
  dispose(results)
  return {
    shape: results[0].shape,
    output,
    gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i]])),
  }
}

/** Σ dy · output, summed in double precision, for changed inputs: what central differences are taken of. */
export async function objective(
  backend: TestBackend,
  opCase: OpCase,
): Promise<(inputs: OpCase['inputs']) => Promise<number>> {
  await backend.use()
  return async (changed) => {
    const result = tidy(() => {
      const [inputs, masks] = makeTensors({ ...opCase, inputs: changed })
      return opCase.run(inputs, masks)
    })
    const output = await result.data<'float32'>()
    const dy = cotangent(opCase, output.length)
    const sum = output.reduce((total, value, i) => total + value * dy[i], 0)
    result.dispose()
    return sum
  }
}
