/**
 * The reference BiLSTM for the kernels' tests: float64, sentence by sentence, no packing, no panels.
 */
export interface Layer {
  lengths: number[] // longest first
  inputs: number
  hidden: number
  x: Float32Array // packed [N, I]
  w: [Float32Array, Float32Array]
  b: [Float32Array, Float32Array]
  mask: [Uint8Array | null, Uint8Array | null]
}

export interface Outputs {
  y: Float64Array
  gates: Float64Array
  cells: Float64Array
}
export interface Gradients {
  dx: Float64Array
  dw: [Float64Array, Float64Array]
  db: [Float64Array, Float64Array]
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

export function batchSizesOf(lengths: number[]): Int32Array {
  return Int32Array.from({ length: lengths[0] ?? 0 }, (_, t) => lengths.filter((length) => length > t).length)
}

/** rowOf(sentence, token) in the packed batch. */
function rowsOf(lengths: number[]): (sentence: number, token: number) => number {
  const offsets = [0]
  for (const size of batchSizesOf(lengths)) offsets.push(offsets.at(-1)! + size)
  return (sentence, token) => offsets[token] + sentence
}

function keptWeights(layer: Layer, direction: number): Float64Array {
  const mask = layer.mask[direction]
  return Float64Array.from(layer.w[direction], (w, i) => (mask && !mask[i] ? 0 : w))
}

/** The rows of each sentence in the order in which the direction reads them. */
function walks(layer: Layer, direction: number): number[][] {
  const rowOf = rowsOf(layer.lengths)
  return layer.lengths.map((length, sentence) => {
    const rows = Array.from({ length }, (_, token) => rowOf(sentence, token))
    return direction === 0 ? rows : rows.reverse()
  })
}

export function forward(layer: Layer): Outputs {
  const { inputs: I, hidden: H, x } = layer
  const N = layer.lengths.reduce((sum, length) => sum + length, 0)
  const out: Outputs = {
    y: new Float64Array(N * 2 * H),
    gates: new Float64Array(2 * N * 4 * H),
    cells: new Float64Array(2 * N * H),
  }
  for (const direction of [0, 1]) {
    const w = keptWeights(layer, direction),
      b = layer.b[direction]
    for (const rows of walks(layer, direction)) {
      let h = new Float64Array(H),
        c = new Float64Array(H)
      for (const row of rows) {
        const z = Float64Array.from({ length: 4 * H }, (_, j) => b[j] + b[4 * H + j])
        for (let i = 0; i < I; i++) for (let j = 0; j < 4 * H; j++) z[j] += x[row * I + i] * w[i * 4 * H + j]
        for (let i = 0; i < H; i++) for (let j = 0; j < 4 * H; j++) z[j] += h[i] * w[(I + i) * 4 * H + j]
        const gates = z.map((v, j) => (j >= 2 * H && j < 3 * H ? Math.tanh(v) : sigmoid(v)))
        c = c.map((previous, u) => gates[H + u] * previous + gates[u] * gates[2 * H + u])
        h = c.map((cell, u) => gates[3 * H + u] * Math.tanh(cell))
        out.gates.set(gates, (direction * N + row) * 4 * H)
        out.cells.set(c, (direction * N + row) * H)
        out.y.set(h, (row * 2 + direction) * H)
      }
    }
  }
  return out
}

export function backward(layer: Layer, outputs: Outputs, dy: Float32Array): Gradients {
  const { inputs: I, hidden: H, x } = layer
  const { y, gates, cells } = outputs
  const N = y.length / (2 * H)
  const dx = new Float64Array(N * I)
  const dw = [0, 1].map(() => new Float64Array((I + H) * 4 * H)) as [Float64Array, Float64Array]
  const db = [0, 1].map(() => new Float64Array(8 * H)) as [Float64Array, Float64Array]
  for (const direction of [0, 1]) {
    const w = keptWeights(layer, direction)
    for (const rows of walks(layer, direction)) {
      let dh = new Float64Array(H)
      const dc = new Float64Array(H)
      for (let s = rows.length - 1; s >= 0; s--) {
        const row = rows[s],
          before = rows[s - 1] // undefined at the sentence's first step
        const dz = new Float64Array(4 * H)
        for (let u = 0; u < H; u++) {
          const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[(direction * N + row) * 4 * H + gate * H + u])
          const tanhC = Math.tanh(cells[(direction * N + row) * H + u])
          const dhu = dy[(row * 2 + direction) * H + u] + dh[u]
          const dcu = dc[u] + dhu * o * (1 - tanhC * tanhC)
          const previous = before === undefined ? 0 : cells[(direction * N + before) * H + u]
          dz[u] = dcu * g * i * (1 - i)
          dz[H + u] = dcu * previous * f * (1 - f)
          dz[2 * H + u] = dcu * i * (1 - g * g)
          dz[3 * H + u] = dhu * tanhC * o * (1 - o)
          dc[u] = dcu * f
        }
        dh = new Float64Array(H)
        for (let j = 0; j < 4 * H; j++) {
          for (let i = 0; i < I; i++) {
            dx[row * I + i] += dz[j] * w[i * 4 * H + j]
            dw[direction][i * 4 * H + j] += dz[j] * x[row * I + i]
          }
          for (let i = 0; i < H; i++) {
            dh[i] += dz[j] * w[(I + i) * 4 * H + j]
            if (before !== undefined) dw[direction][(I + i) * 4 * H + j] += dz[j] * y[(before * 2 + direction) * H + i]
          }
          db[direction][j] += dz[j]
          db[direction][4 * H + j] += dz[j]
        }
      }
    }
    const mask = layer.mask[direction]
    if (mask)
      dw[direction].forEach((_, i) => {
        if (!mask[i]) dw[direction][i] = 0
      })
  }
  return { dx, dw, db }
}
