/** The character CNN in float64, one character, filter and weight at a time. */
import { dropoutFactor, type Keep } from './dropout.ts'

export interface CharCnn {
  chars: Int32Array
  starts: Int32Array
  table: ArrayLike<number>
  w: ArrayLike<number>
  b: ArrayLike<number>
  mask: Uint8Array | null
  charDim: number
  filters: number
  width: number
  keep: Keep
}

const weight = (c: CharCnn, i: number) => (c.mask && !c.mask[i] ? 0 : c.w[i])

/**
 * Calls visit(element (k, d) of the embedded characters, index of its weight for filter 0) for all elements in the
 * window of character k of word n.
 */
function eachInWindow(
  c: CharCnn,
  n: number,
  k: number,
  visit: (char: number, d: number, weightRow: number) => void,
): void {
  for (let position = 0; position < c.width; position++) {
    const at = k + position - (c.width - 1) / 2
    if (at < c.starts[n] || at >= c.starts[n + 1]) continue
    for (let d = 0; d < c.charDim; d++) visit(at, d, position * c.charDim + d)
  }
}

export function charCnnForward(c: CharCnn): { out: Float64Array; argmax: Int32Array } {
  const words = c.starts.length - 1
  const embedded = Float64Array.from({ length: c.chars.length * c.charDim }, (_, i) => {
    return c.table[c.chars[Math.floor(i / c.charDim)] * c.charDim + (i % c.charDim)] * dropoutFactor(i, c.keep)
  })
  const out = new Float64Array(words * c.filters)
  const argmax = new Int32Array(words * c.filters).fill(-1)
  for (let n = 0; n < words; n++) {
    for (let k = c.starts[n]; k < c.starts[n + 1]; k++) {
      for (let f = 0; f < c.filters; f++) {
        let z = c.b[f]
        eachInWindow(c, n, k, (char, d, row) => (z += embedded[char * c.charDim + d] * weight(c, row * c.filters + f)))
        if (z > out[n * c.filters + f]) {
          out[n * c.filters + f] = z
          argmax[n * c.filters + f] = k
        }
      }
    }
  }
  return { out, argmax }
}

export function charCnnBackward(c: CharCnn, dout: ArrayLike<number>, argmax: Int32Array) {
  const dTable = new Float64Array(c.table.length)
  const dw = new Float64Array(c.w.length)
  const db = new Float64Array(c.filters)
  argmax.forEach((k, i) => {
    if (k < 0) return
    const [n, f] = [Math.floor(i / c.filters), i % c.filters]
    db[f] += dout[i]
    eachInWindow(c, n, k, (char, d, row) => {
      const factor = dropoutFactor(char * c.charDim + d, c.keep)
      const from = c.chars[char] * c.charDim + d
      if (!c.mask || c.mask[row * c.filters + f]) dw[row * c.filters + f] += dout[i] * c.table[from] * factor
      dTable[from] += dout[i] * weight(c, row * c.filters + f) * factor
    })
  })
  return { dTable, dw, db }
}
