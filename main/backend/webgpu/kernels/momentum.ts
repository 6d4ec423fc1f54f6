/** The masked update and the gradient's norm, each with one dispatch per weight tensor. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../../shared/util/arrays.ts'
import type { ComputeBackend } from '../backend.ts'
import { bindings, FLAT, flatGroups, THREADS, uniforms } from '../wgsl.ts'

export interface UpdateSettings {
  learningRate: number
  momentum: number
  /** Scalar. */
  scale: TensorInfo
  /** 0 = none. */
  clipValue: number
  weightDecay: number
}

const FIELDS = 'count: u32, learningRate: f32, momentum: f32, clipValue: f32, weightDecay: f32'

/** Pruned weights are not written and keep their bits. */
const shader = (masked: boolean) => ({
  name: masked ? 'momentumMasked' : 'momentum',
  code: `${bindings('read_write w: f32', 'read_write v: f32', 'read g: f32', 'read scale: f32', ...(masked ? ['read mask: i32'] : []))}
${uniforms(masked ? 5 : 4, FIELDS)}
${FLAT}
  if (i >= u.count) { return; }
  ${masked ? 'if (mask[i] == 0) { return; }' : ''}
  var step = scale[0] * g[i];
  if (u.clipValue > 0.0) { step = clamp(step, -u.clipValue, u.clipValue); }
  if (u.weightDecay > 0.0) { step += u.weightDecay * w[i]; }
  let velocity = u.momentum * v[i] + step;
  v[i] = velocity;
  w[i] -= u.learningRate * velocity;
}`,
})
const [PLAIN, MASKED] = [shader(false), shader(true)]

/** v = momentum · v + g; w −= lr · v, in place, for kept weights. */
export function momentumUpdate(
  backend: ComputeBackend,
  w: TensorInfo,
  g: TensorInfo,
  v: TensorInfo,
  mask: TensorInfo | null,
  { scale, ...settings }: UpdateSettings,
): void {
  const { learningRate, momentum, clipValue, weightDecay } = settings
  const count = sizeOf(w.shape)
  backend.dispatch(mask ? MASKED : PLAIN, {
    buffers: [w, v, g, scale, ...(mask ? [mask] : [])],
    writes: [w, v],
    uniforms: [count, { f32: learningRate }, { f32: momentum }, { f32: clipValue }, { f32: weightDecay }],
    groups: flatGroups(count),
  })
}

/** Number of workgroups that sum one tensor. */
const PARTS = 32

const total = `
var<workgroup> parts: array<f32, ${THREADS}>;
fn total(value: f32, local: u32) -> f32 {
  parts[local] = value;
  workgroupBarrier();
  for (var half = ${THREADS / 2}u; half > 0u; half /= 2u) {
    if (local < half) { parts[local] += parts[local + half]; }
    workgroupBarrier();
  }
  return parts[0];
}`

const SQUARES = {
  name: 'squares',
  code: `${bindings('read x: f32', 'read_write sums: f32')}
${uniforms(2, 'count: u32, at: u32')}
${total}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = group.x * ${THREADS}u + local; i < u.count; i += ${PARTS * THREADS}u) { sum += x[i] * x[i]; }
  let all = total(sum, local);
  if (local == 0u) { sums[u.at + group.x] = all; }
}`,
}

const SUM = {
  name: 'sumOfSums',
  code: `${bindings('read sums: f32', 'read_write result: f32')}
${uniforms(2, 'count: u32')}
${total}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < u.count; i += ${THREADS}u) { sum += sums[i]; }
  let all = total(sum, local);
  if (local == 0u) { result[0] = all; }
}`,
}

/** Sum of squares over all elements of all tensors → scalar. */
export function sumOfSquares(backend: ComputeBackend, tensors: TensorInfo[]): TensorInfo {
  const sums = backend.output([tensors.length * PARTS])
  tensors.forEach((x, n) =>
    backend.dispatch(SQUARES, {
      buffers: [x, sums],
      writes: [sums],
      uniforms: [sizeOf(x.shape), n * PARTS],
      groups: [PARTS],
    }),
  )
  const result = backend.output([])
  backend.dispatch(SUM, { buffers: [sums, result], writes: [result], uniforms: [tensors.length * PARTS], groups: [1] })
  backend.release(sums)
  return result
}
