/**
 * The BiLSTM layer. The input's contribution to all gates is one product over all tokens and both directions; the
 * recurrence is one dispatch. A workgroup processes all time steps of a block of sentences in one direction, with its
 * state in shared memory, so that there is no dispatch per step and no workgroup waits for another. The backward pass
 * works the same way; weight gradients are products over all tokens.
 */
import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import type { ComputeBackend } from '../backend.ts'
import { bindings, FLAT, flatGroups, THREADS, uniforms } from '../wgsl.ts'
import { backwardShader, forwardShader, sentencesPerBlock } from './recurrence.ts'

export interface BilstmInputs {
  /** [N, I] */
  x: TensorInfo
  /** [I + H, 4H] */
  wForward: TensorInfo
  wBackward: TensorInfo
  /** [2, 4H] */
  bForward: TensorInfo
  bBackward: TensorInfo
}

/** Tensors that the gradient needs and then releases. */
export interface BilstmReserve {
  /** [N, 8H] activated gates: i, f, g, o forward, then backward. */
  gates?: TensorInfo
  /** [N, 2H] cells, and the hidden states of the previous step in each direction. */
  cells?: TensorInfo
  before?: TensorInfo
  packed?: PackedWeights
}

/** The masked weights of both directions, side by side. */
type PackedWeights = {
  /** [I, 8H] */
  input: TensorInfo
  /** [2, H, 4H] */
  recurrent: TensorInfo
  /** [2, 4H, H] */
  transposed: TensorInfo
  /** [8H] */
  bias: TensorInfo
}

type Masks = [TensorInfo | null, TensorInfo | null]

/** y [N, 2H]. */
export function bilstm(
  backend: ComputeBackend,
  inputs: BilstmInputs,
  batchSizes: Int32Array,
  masks: Masks,
  reserve: BilstmReserve | null,
): TensorInfo {
  const N = inputs.x.shape[0]
  const H = inputs.wForward.shape[1] / 4
  const packed = packWeights(backend, inputs, masks)
  const gates = matMul(backend, inputs.x, packed.input) // [N, 8H]
  const [y, cells, before] = [0, 1, 2].map(() => backend.output([N, 2 * H]))
  const offsets = backend.upload(rowOffsets(batchSizes))
  backend.dispatch(forwardShader(H, backend.sharedBytes), {
    buffers: [gates, packed.recurrent, packed.bias, cells, y, before, offsets],
    writes: [gates, cells, y, before],
    uniforms: [batchSizes.length],
    groups: [Math.max(1, Math.ceil((batchSizes[0] ?? 0) / sentencesPerBlock(H, backend.sharedBytes))), 2],
  })
  backend.release(offsets)
  if (reserve) Object.assign(reserve, { gates, cells, before, packed })
  else backend.release(gates, cells, before, ...Object.values(packed))
  return y
}

/** dx, and dW and db of each direction. */
export function bilstmGrad(
  backend: ComputeBackend,
  dy: TensorInfo,
  { x, wForward, wBackward }: Pick<BilstmInputs, 'x' | 'wForward' | 'wBackward'>,
  batchSizes: Int32Array,
  masks: Masks,
  reserve: BilstmReserve,
): TensorInfo[] {
  const { gates, cells, before, packed } = reserve as Required<BilstmReserve>
  const H = wForward.shape[1] / 4
  const offsets = backend.upload(rowOffsets(batchSizes))
  // From here on `gates` holds dz, the gradient of the pre-activations.
  backend.dispatch(backwardShader(H, backend.sharedBytes), {
    buffers: [gates, packed.transposed, cells, dy, offsets],
    writes: [gates],
    uniforms: [batchSizes.length],
    groups: [Math.max(1, Math.ceil((batchSizes[0] ?? 0) / sentencesPerBlock(H, backend.sharedBytes))), 2],
  })
  const dx = matMul(backend, gates, packed.input, false, true)
  const dInput = matMul(backend, x, gates, true) // [I, 8H]
  const dRecurrent = matMul(backend, before, gates, true) // [2H, 8H]; only the two diagonal blocks are used
  const gradients = [wForward, wBackward].map((w, direction) =>
    weightGradient(backend, dInput, dRecurrent, w.shape, direction, masks[direction]),
  )
  const biases = [0, 1].map((direction) => biasGradient(backend, gates, H, direction))
  backend.release(offsets, dInput, dRecurrent, gates, cells, before, ...Object.values(packed))
  return [dx, gradients[0], biases[0], gradients[1], biases[1]]
}

/** [T + 1]: the first row of each step, then N. */
function rowOffsets(batchSizes: Int32Array): Int32Array {
  const offsets = new Int32Array(batchSizes.length + 1)
  batchSizes.forEach((B, t) => (offsets[t + 1] = offsets[t] + B))
  return offsets
}

/** The matrix product of TensorFlow.js. */
function matMul(
  backend: ComputeBackend,
  a: TensorInfo,
  b: TensorInfo,
  transposeA = false,
  transposeB = false,
): TensorInfo {
  return getKernel('BatchMatMul', 'webgpu').kernelFunc({
    inputs: { a, b },
    backend,
    attrs: { transposeA, transposeB },
  }) as TensorInfo
}

const PACK = (masked: boolean) => ({
  name: masked ? 'packMasked' : 'pack',
  code: `${bindings('read W: f32', 'read b: f32', 'read_write input: f32', 'read_write recurrent: f32', 'read_write transposed: f32', 'read_write bias: f32', ...(masked ? ['read mask: i32'] : []))}
${uniforms(masked ? 7 : 6, 'count: u32, inputs: u32, hidden: u32, direction: u32')}
${FLAT}
  if (i >= u.count) { return; }
  let width = 4u * u.hidden;
  let row = i / width;
  let column = i % width;
  let value = ${masked ? 'select(0.0, W[i], mask[i] != 0)' : 'W[i]'};
  if (row < u.inputs) { input[row * 2u * width + u.direction * width + column] = value; }
  else {
    let k = row - u.inputs;
    recurrent[(u.direction * u.hidden + k) * width + column] = value;
    transposed[(u.direction * width + column) * u.hidden + k] = value;
  }
  if (row == 0u) { bias[u.direction * width + column] = b[column] + b[width + column]; }
}`,
})
const [PACK_ALL, PACK_MASKED] = [PACK(false), PACK(true)]

function packWeights(
  backend: ComputeBackend,
  { wForward, wBackward, bForward, bBackward }: BilstmInputs,
  masks: Masks,
): PackedWeights {
  const [rows, width] = wForward.shape
  const H = width / 4
  const I = rows - H
  const packed = {
    input: backend.output([I, 2 * width]),
    recurrent: backend.output([2, H, width]),
    transposed: backend.output([2, width, H]),
    bias: backend.output([2 * width]),
  }
  const outputs = [packed.input, packed.recurrent, packed.transposed, packed.bias]
  for (const [direction, [w, b]] of [
    [wForward, bForward],
    [wBackward, bBackward],
  ].entries()) {
    const mask = masks[direction]
    backend.dispatch(mask ? PACK_MASKED : PACK_ALL, {
      buffers: [w, b, ...outputs, ...(mask ? [mask] : [])],
      writes: outputs,
      uniforms: [rows * width, I, H, direction],
      groups: flatGroups(rows * width),
    })
  }
  return packed
}

const UNPACK = (masked: boolean) => ({
  name: masked ? 'unpackMasked' : 'unpack',
  code: `${bindings('read dInput: f32', 'read dRecurrent: f32', 'read_write dW: f32', ...(masked ? ['read mask: i32'] : []))}
${uniforms(masked ? 4 : 3, 'count: u32, inputs: u32, hidden: u32, direction: u32')}
${FLAT}
  if (i >= u.count) { return; }
  let width = 4u * u.hidden;
  let row = i / width;
  let at = u.direction * width + i % width;
  ${masked ? 'if (mask[i] == 0) { dW[i] = 0.0; return; }' : ''}
  if (row < u.inputs) { dW[i] = dInput[row * 2u * width + at]; }
  else { dW[i] = dRecurrent[(u.direction * u.hidden + row - u.inputs) * 2u * width + at]; }
}`,
})
const [UNPACK_ALL, UNPACK_MASKED] = [UNPACK(false), UNPACK(true)]

function weightGradient(
  backend: ComputeBackend,
  dInput: TensorInfo,
  dRecurrent: TensorInfo,
  shape: number[],
  direction: number,
  mask: TensorInfo | null,
): TensorInfo {
  const dW = backend.output(shape)
  const [count, H] = [shape[0] * shape[1], shape[1] / 4]
  backend.dispatch(mask ? UNPACK_MASKED : UNPACK_ALL, {
    buffers: [dInput, dRecurrent, dW, ...(mask ? [mask] : [])],
    writes: [dW],
    uniforms: [count, shape[0] - H, H, direction],
    groups: flatGroups(count),
  })
  return dW
}

/** Sums 32 columns of dz per workgroup, with the rows divided among 8 threads. */
const BIAS = {
  name: 'biasGradient',
  code: `${bindings('read dz: f32', 'read_write db: f32')}
${uniforms(2, 'rows: u32, width: u32, direction: u32')}
var<workgroup> sums: array<f32, ${THREADS}>;
@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.x * 32u + local.x;
  var sum = 0.0;
  if (column < u.width) {
    for (var n = local.y; n < u.rows; n += 8u) { sum += dz[n * 2u * u.width + u.direction * u.width + column]; }
  }
  sums[local.y * 32u + local.x] = sum;
  workgroupBarrier();
  if (local.y == 0u && column < u.width) {
    for (var k = 1u; k < 8u; k++) { sum += sums[k * 32u + local.x]; }
    db[column] = sum;
    db[u.width + column] = sum;
  }
}`,
}

function biasGradient(backend: ComputeBackend, dz: TensorInfo, H: number, direction: number): TensorInfo {
  const db = backend.output([2, 4 * H])
  backend.dispatch(BIAS, {
    buffers: [dz, db],
    writes: [db],
    uniforms: [dz.shape[0], 4 * H, direction],
    groups: [Math.ceil(H / 8)],
  })
  return db
}
