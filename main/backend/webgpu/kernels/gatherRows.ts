/**
 * Embedding look-up with dropout, and its gradient as a sum over each row's tokens, in a fixed order without atomics.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Dropout } from '../../../nn/ops/dropout.ts'
import type { ComputeBackend } from '../backend.ts'
import { bindings, DROPOUT, FLAT, flatGroups, uniforms } from '../wgsl.ts'
import { DROPOUT_UNIFORMS, dropoutUniforms } from './dropout.ts'

// keep = 1 cannot be expressed as a u32 threshold: the comparison is skipped.
const factor = (value: string, at: string) =>
  `select(dropped(${value}, ${at}, u.threshold, u.scale, u.k0, u.k1), ${value}, u.all == 1u)`

const FORWARD = {
  name: 'gatherRows',
  code: `${bindings('read rows: f32', 'read index: i32', 'read_write y: f32')}
${uniforms(3, `count: u32, dim: u32, all: u32, ${DROPOUT_UNIFORMS}`)}
${DROPOUT}
${FLAT}
  if (i < u.count) {
    let value = rows[u32(index[i / u.dim]) * u.dim + i % u.dim];
    y[i] = ${factor('value', 'i')};
  }
}`,
}

/** The tokens that looked up row r are tokens[starts[r] .. starts[r + 1]). */
const BACKWARD = {
  name: 'gatherRowsGrad',
  code: `${bindings('read dy: f32', 'read starts: i32', 'read tokens: i32', 'read_write dRows: f32')}
${uniforms(4, `count: u32, dim: u32, all: u32, ${DROPOUT_UNIFORMS}`)}
${DROPOUT}
${FLAT}
  if (i < u.count) {
    let row = i / u.dim;
    var sum = 0.0;
    for (var k = starts[row]; k < starts[row + 1u]; k++) {
      let at = u32(tokens[k]) * u.dim + i % u.dim;
      let value = dy[at];
      sum += ${factor('value', 'at')};
    }
    dRows[i] = sum;
  }
}`,
}

/** rows [U, D], index [N] → [N, D]. */
export function gatherRows(
  backend: ComputeBackend,
  rows: TensorInfo,
  index: Int32Array,
  dim: number,
  drop: Dropout,
): TensorInfo {
  const y = backend.output([index.length, dim])
  const at = backend.upload(index)
  const count = index.length * dim
  backend.dispatch(FORWARD, {
    buffers: [rows, at, y],
    writes: [y],
    uniforms: [count, dim, Number(drop.keep === 1), ...dropoutUniforms(drop)],
    groups: flatGroups(count),
  })
  backend.release(at)
  return y
}

/** dy [N, D] → [U, D]. */
export function gatherRowsGrad(
  backend: ComputeBackend,
  dy: TensorInfo,
  index: Int32Array,
  rowCount: number,
  dim: number,
  drop: Dropout,
): TensorInfo {
  const dRows = backend.output([rowCount, dim])
  const lists = tokensByRow(index, rowCount)
  const [starts, tokens] = [backend.upload(lists.starts), backend.upload(lists.tokens)]
  const count = rowCount * dim
  backend.dispatch(BACKWARD, {
    buffers: [dy, starts, tokens, dRows],
    writes: [dRows],
    uniforms: [count, dim, Number(drop.keep === 1), ...dropoutUniforms(drop)],
    groups: flatGroups(count),
  })
  backend.release(starts, tokens)
  return dRows
}

/** The tokens that look up each row, in ascending order, as concatenated lists. */
export function tokensByRow(index: Int32Array, rowCount: number): { starts: Int32Array; tokens: Int32Array } {
  const starts = new Int32Array(rowCount + 1)
  for (const row of index) starts[row + 1]++
  for (let row = 0; row < rowCount; row++) starts[row + 1] += starts[row]
  const next = starts.slice()
  const tokens = new Int32Array(index.length)
  index.forEach((row, n) => (tokens[next[row]++] = n))
  return { starts, tokens }
}
