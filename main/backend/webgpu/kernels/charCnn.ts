/**
 * The character CNN. GatherRows looks up the characters; then one thread per word and filter visits the word's
 * windows and keeps the first maximum. The gradient visits the same windows. Every sum has a fixed order, without
 * atomics.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { wordOfChars, type WordChars } from '../../../nn/ops/charCnn.ts'
import type { Dropout } from '../../../nn/ops/dropout.ts'
import type { ComputeBackend, Shader } from '../backend.ts'
import { bindings, FLAT, flatGroups, uniforms } from '../wgsl.ts'
import { gatherRows, gatherRowsGrad } from './gatherRows.ts'

/** Tensors that the gradient needs and then releases. */
export interface CharCnnReserve {
  /** [K, D] characters with dropout. */
  embedded?: TensorInfo
  /** [N, F]: the character whose window gave each feature; −1 where the feature is 0. */
  found?: TensorInfo
}

const SIZES = 'count: u32, dim: u32, filters: u32, width: u32'

const masked = (name: string, mask: boolean, build: (weight: (at: string) => string) => string): Shader => ({
  name: `${name}${mask ? 'Masked' : ''}`,
  code: build((at) => (mask ? `select(0.0, W[${at}], mask[${at}] != 0)` : `W[${at}]`)),
})

/** W is [width · D, F], rows: place in the window, then d. */
const FORWARD = (mask: boolean) =>
  masked(
    'charCnn',
    mask,
    (weight) => `
${bindings('read embedded: f32', 'read starts: i32', 'read W: f32', 'read b: f32', 'read_write y: f32', 'read_write found: i32', ...(mask ? ['read mask: i32'] : []))}
${uniforms(mask ? 7 : 6, SIZES)}
${FLAT}
  if (i >= u.count) { return; }
  let f = i % u.filters;
  let first = starts[i / u.filters];
  let end = starts[i / u.filters + 1u];
  let before = i32(u.width - 1u) / 2;
  var most = 0.0;
  var at = -1;
  for (var k = first; k < end; k++) {
    var z = b[f];
    for (var j = 0; j < i32(u.width); j++) {
      let seen = k + j - before;
      if (seen >= first && seen < end) {
        for (var d = 0u; d < u.dim; d++) { z += embedded[u32(seen) * u.dim + d] * ${weight('(u32(j) * u.dim + d) * u.filters + f')}; }
      }
    }
    if (z > most) { most = z; at = k; }
  }
  y[i] = most;
  found[i] = at;
}`,
  )

/**
 * The gradient [K, D] of the characters, before dropout: a sum over the filters that chose a window with the character.
 * `wordOf`: the word of each character.
 */
const EMBEDDED = (mask: boolean) =>
  masked(
    'charCnnGradEmbedded',
    mask,
    (weight) => `
${bindings('read dy: f32', 'read found: i32', 'read wordOf: i32', 'read W: f32', 'read_write dEmbedded: f32', ...(mask ? ['read mask: i32'] : []))}
${uniforms(mask ? 6 : 5, SIZES)}
${FLAT}
  if (i >= u.count) { return; }
  let k = i32(i / u.dim);
  let row = u32(wordOf[k]) * u.filters;
  let before = i32(u.width - 1u) / 2;
  var sum = 0.0;
  for (var f = 0u; f < u.filters; f++) {
    let j = k - found[row + f] + before;
    if (found[row + f] >= 0 && j >= 0 && j < i32(u.width)) { sum += dy[row + f] * ${weight('(u32(j) * u.dim + i % u.dim) * u.filters + f')}; }
  }
  dEmbedded[i] = sum;
}`,
  )

/** dW [width · D, F] as sums over the words; threads of its first row also compute db [F]. */
const WEIGHTS = (mask: boolean): Shader => ({
  name: `charCnnGradWeights${mask ? 'Masked' : ''}`,
  code: `
${bindings('read dy: f32', 'read found: i32', 'read starts: i32', 'read embedded: f32', 'read_write dW: f32', 'read_write db: f32', ...(mask ? ['read mask: i32'] : []))}
${uniforms(mask ? 7 : 6, `${SIZES}, words: u32`)}
${FLAT}
  if (i >= u.count) { return; }
  let f = i % u.filters;
  let d = i / u.filters % u.dim;
  let offset = i32(i / u.filters / u.dim) - i32(u.width - 1u) / 2;
  var sum = 0.0;
  var bias = 0.0;
  for (var n = 0u; n < u.words; n++) {
    let at = found[n * u.filters + f];
    if (at < 0) { continue; }
    bias += dy[n * u.filters + f];
    let seen = at + offset;
    if (seen >= starts[n] && seen < starts[n + 1u]) { sum += dy[n * u.filters + f] * embedded[u32(seen) * u.dim + d]; }
  }
  dW[i] = ${mask ? 'select(0.0, sum, mask[i] != 0)' : 'sum'};
  if (i < u.filters) { db[f] = bias; }
}`,
})

const SHADERS = {
  all: [FORWARD(false), EMBEDDED(false), WEIGHTS(false)],
  masked: [FORWARD(true), EMBEDDED(true), WEIGHTS(true)],
}

/** table [C, D], W [width · D, F], b [F] → [N, F]. */
export function charCnn(
  backend: ComputeBackend,
  inputs: { table: TensorInfo; W: TensorInfo; b: TensorInfo },
  { chars, starts }: WordChars,
  mask: TensorInfo | null,
  drop: Dropout,
  reserve: CharCnnReserve | null,
): TensorInfo {
  const { table, W, b } = inputs
  const [D, F, N] = [table.shape[1], W.shape[1], starts.length - 1]
  const embedded = gatherRows(backend, table, chars, D, drop)
  const [y, found, ends] = [backend.output([N, F]), backend.output([N, F], 'int32'), backend.upload(starts)]
  const [forward] = mask ? SHADERS.masked : SHADERS.all
  backend.dispatch(forward, {
    buffers: [embedded, ends, W, b, y, found, ...(mask ? [mask] : [])],
    writes: [y, found],
    uniforms: [N * F, D, F, W.shape[0] / D],
    groups: flatGroups(N * F),
  })
  backend.release(ends)
  if (reserve) Object.assign(reserve, { embedded, found })
  else backend.release(embedded, found)
  return y
}

/** dy [N, F] → the gradients of table, W and b. */
export function charCnnGrad(
  backend: ComputeBackend,
  dy: TensorInfo,
  table: TensorInfo,
  W: TensorInfo,
  words: WordChars,
  mask: TensorInfo | null,
  drop: Dropout,
  reserve: CharCnnReserve,
): TensorInfo[] {
  const { chars, starts } = words
  const { embedded, found } = reserve as Required<CharCnnReserve>
  const [[C, D], F, K, N] = [table.shape, W.shape[1], chars.length, starts.length - 1]
  const [, ofEmbedded, ofWeights] = mask ? SHADERS.masked : SHADERS.all
  const more = mask ? [mask] : []
  const sizes = [D, F, W.shape[0] / D]
  const [wordOf, ends] = [backend.upload(wordOfChars(words)), backend.upload(starts)]
  const [dEmbedded, dW, db] = [backend.output([K, D]), backend.output(W.shape), backend.output([F])]
  backend.dispatch(ofEmbedded, {
    buffers: [dy, found, wordOf, W, dEmbedded, ...more],
    writes: [dEmbedded],
    uniforms: [K * D, ...sizes],
    groups: flatGroups(K * D),
  })
  backend.dispatch(ofWeights, {
    buffers: [dy, found, ends, embedded, dW, db, ...more],
    writes: [dW, db],
    uniforms: [W.shape[0] * F, ...sizes, N],
    groups: flatGroups(W.shape[0] * F),
  })
  const dTable = gatherRowsGrad(backend, dEmbedded, chars, C, D, drop)
  backend.release(wordOf, ends, dEmbedded, embedded, found)
  return [dTable, dW, db]
}
