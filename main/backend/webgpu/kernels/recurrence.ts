/** Shaders for the recurrence of an LSTM over a packed batch, generated for a hidden size. */
import type { Shader } from '../backend.ts'
import { bindings, THREADS, uniforms } from '../wgsl.ts'

/** Sentences per workgroup: each weight is read once for all of them. */
const MOST_SENTENCES = 4

/**
 * The number of sentences that fit the shared memory; the backward pass needs 6H floats for each. Throws an Error
 * if not even one fits: not a RangeError, for other backends have no such limit.
 */
export function sentencesPerBlock(H: number, sharedBytes: number): number {
  const fitting = Math.floor(sharedBytes / (24 * H))
  if (fitting < 1)
    throw new Error(
      `model.hidden is ${H}: this graphics card supports at most ${Math.floor(sharedBytes / 24)}; use the backend ` +
        'native.',
    )
  return Math.min(MOST_SENTENCES, fitting)
}

/**
 * The common start of both passes. Sentence r at step t is row offsets[t] + r, if it is that long. The previous step
 * is the previous one in the direction's order.
 */
const frame = (H: number, S: number) => `
const H = ${H}u;
const S = ${S}u;
fn longer(t: i32, rank: u32) -> bool { return t >= 0 && t < i32(u.steps) && rank < u32(offsets[t + 1] - offsets[t]); }
// exp and tanh overflow on some devices for large arguments.
fn sigmoid(x: f32) -> f32 { return 1.0 / (1.0 + exp(clamp(-x, -80.0, 80.0))); }
fn tanhOf(x: f32) -> f32 { return tanh(clamp(x, -15.0, 15.0)); }
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let direction = group.y;
  let first = group.x * S;
  let steps = i32(u.steps);
`

// Local arrays are initialised explicitly: SwiftShader zeroes an array declared in a loop only once, not in each
// iteration.

/** z [N, 8H] in, activated gates out, in place. */
export function forwardShader(H: number, sharedBytes: number): Shader {
  const S = sentencesPerBlock(H, sharedBytes)
  return {
    name: `lstmForward ${H} ${S}`,
    code: `${bindings('read_write gates: f32', 'read recurrent: f32', 'read bias: f32', 'read_write cells: f32', 'read_write y: f32', 'read_write before: f32', 'read offsets: i32')}
${uniforms(7, 'steps: u32')}
var<workgroup> h: array<f32, ${S * H}>;
var<workgroup> hNext: array<f32, ${S * H}>;
${frame(H, S)}
  for (var k = local; k < S * H; k += ${THREADS}u) { h[k] = 0.0; hNext[k] = 0.0; }
  workgroupBarrier();
  for (var step = 0; step < steps; step++) {
    let t = select(step, steps - 1 - step, direction == 1u);
    let last = select(t - 1, t + 1, direction == 1u);
    for (var j = local; j < H; j += ${THREADS}u) {
      var z = array<vec4f, S>();
      for (var k = 0u; k < H; k++) {
        let at = (direction * H + k) * 4u * H + j;
        let w = vec4f(recurrent[at], recurrent[at + H], recurrent[at + 2u * H], recurrent[at + 3u * H]);
        for (var s = 0u; s < S; s++) { z[s] += h[s * H + k] * w; }
      }
      for (var s = 0u; s < S; s++) {
        let rank = first + s;
        if (!longer(t, rank)) { continue; }
        let row = u32(offsets[t]) + rank;
        let at = row * 8u * H + direction * 4u * H + j;
        let bat = direction * 4u * H + j;
        let i = sigmoid(gates[at] + z[s].x + bias[bat]);
        let f = sigmoid(gates[at + H] + z[s].y + bias[bat + H]);
        let g = tanhOf(gates[at + 2u * H] + z[s].z + bias[bat + 2u * H]);
        let o = sigmoid(gates[at + 3u * H] + z[s].w + bias[bat + 3u * H]);
        var c = i * g;
        if (longer(last, rank)) { c += f * cells[(u32(offsets[last]) + rank) * 2u * H + direction * H + j]; }
        gates[at] = i; gates[at + H] = f; gates[at + 2u * H] = g; gates[at + 3u * H] = o;
        let out = row * 2u * H + direction * H + j;
        cells[out] = c;
        before[out] = h[s * H + j];
        let value = o * tanhOf(c);
        y[out] = value;
        hNext[s * H + j] = value;
      }
    }
    workgroupBarrier();
    for (var k = local; k < S * H; k += ${THREADS}u) { h[k] = hNext[k]; }
    workgroupBarrier();
  }
}`,
  }
}

/** Activated gates [N, 8H] in, dz out, in place: processes the forward pass's steps in reverse order. */
export function backwardShader(H: number, sharedBytes: number): Shader {
  const S = sentencesPerBlock(H, sharedBytes)
  return {
    name: `lstmBackward ${H} ${S}`,
    code: `${bindings('read_write gates: f32', 'read transposed: f32', 'read cells: f32', 'read dy: f32', 'read offsets: i32')}
${uniforms(5, 'steps: u32')}
var<workgroup> dz: array<f32, ${4 * S * H}>;
var<workgroup> dh: array<f32, ${S * H}>;
var<workgroup> dc: array<f32, ${S * H}>;
${frame(H, S)}
  for (var k = local; k < S * H; k += ${THREADS}u) { dh[k] = 0.0; dc[k] = 0.0; }
  for (var k = local; k < 4u * S * H; k += ${THREADS}u) { dz[k] = 0.0; }
  workgroupBarrier();
  for (var step = steps - 1; step >= 0; step--) {
    let t = select(step, steps - 1 - step, direction == 1u);
    let last = select(t - 1, t + 1, direction == 1u);
    for (var k = local; k < S * H; k += ${THREADS}u) {
      let rank = first + k / H;
      let j = k % H;
      if (!longer(t, rank)) { continue; }
      let row = u32(offsets[t]) + rank;
      let at = row * 8u * H + direction * 4u * H + j;
      let out = row * 2u * H + direction * H + j;
      let i = gates[at];
      let f = gates[at + H];
      let g = gates[at + 2u * H];
      let o = gates[at + 3u * H];
      let squashed = tanhOf(cells[out]);
      var cBefore = 0.0;
      if (longer(last, rank)) { cBefore = cells[(u32(offsets[last]) + rank) * 2u * H + direction * H + j]; }
      let total = dy[out] + dh[k];
      let dCell = dc[k] + total * o * (1.0 - squashed * squashed);
      let base = (k / H) * 4u * H + j;
      dz[base] = dCell * g * i * (1.0 - i);
      dz[base + H] = dCell * cBefore * f * (1.0 - f);
      dz[base + 2u * H] = dCell * i * (1.0 - g * g);
      dz[base + 3u * H] = total * squashed * o * (1.0 - o);
      dc[k] = dCell * f;
      for (var q = 0u; q < 4u; q++) { gates[at + q * H] = dz[base + q * H]; }
    }
    workgroupBarrier();
    for (var j = local; j < H; j += ${THREADS}u) {
      var sums = array<f32, S>();
      for (var q = 0u; q < 4u * H; q++) {
        let w = transposed[(direction * 4u * H + q) * H + j];
        for (var s = 0u; s < S; s++) { sums[s] += dz[s * 4u * H + q] * w; }
      }
      for (var s = 0u; s < S; s++) { dh[s * H + j] = sums[s]; }
    }
    workgroupBarrier();
  }
}`,
  }
}
