/** Dropout: drops the same elements as every other backend. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../../shared/util/arrays.ts'
import type { Dropout } from '../../../nn/ops/dropout.ts'
import type { ComputeBackend } from '../backend.ts'
import { bindings, DROPOUT, FLAT, flatGroups, uniforms } from '../wgsl.ts'

/** Uniforms of `dropped`: threshold, scale, k0, k1. keep = 1 would need the threshold 2³², which is not a u32. */
export const DROPOUT_UNIFORMS = 'threshold: u32, scale: f32, k0: u32, k1: u32'
export function dropoutUniforms({ keep, key }: Dropout): [number, { f32: number }, number, number] {
  return [Math.floor(keep * 2 ** 32), { f32: 1 / keep }, key.k0, key.k1]
}

const SHADER = {
  name: 'dropout',
  code: `${bindings('read x: f32', 'read_write y: f32')}
${uniforms(2, `count: u32, ${DROPOUT_UNIFORMS}`)}
${DROPOUT}
${FLAT}
  if (i < u.count) { y[i] = dropped(x[i], i, u.threshold, u.scale, u.k0, u.k1); }
}`,
}

export function sparseDropout(backend: ComputeBackend, x: TensorInfo, drop: Dropout): TensorInfo {
  const y = backend.output(x.shape)
  const count = sizeOf(x.shape)
  backend.dispatch(SHADER, {
    buffers: [x, y],
    writes: [y],
    uniforms: [count, ...dropoutUniforms(drop)],
    groups: flatGroups(count),
  })
  return y
}
