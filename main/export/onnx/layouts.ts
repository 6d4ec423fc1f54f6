/** Our arrays in the layouts of ONNX operators. */
import { sizeOf, type NamedArray } from '../../../shared/util/arrays.ts'
import { arranged, type Layout } from '../layouts.ts'

/** [width · D, F], rows by position in the window, then d → [F, D, 1, width]. */
export const charKernel = (D: number): Layout => ({
  name: ', kernel',
  of: ([
    {
      shape: [rows, F],
      data,
    },
  ]) => {
    const width = rows / D
    return arranged([F, D, 1, width], data, ([f, d, , j]) => (j * D + d) * F + f)
  },
})

/** Indices of our gates i, f, g, o in ONNX's order i, o, f, c. */
const GATES = [0, 3, 1, 2]

/** Both directions' [I + H, 4H] → W [2, 4H, I]. */
export const lstmInputs = (H: number): Layout => ({
  name: ', input',
  of: (directions) => stacked(directions, H, ([rows]) => rows - H, 0),
})

/** Both directions' [I + H, 4H] → R [2, 4H, H]. */
export const lstmRecurrent = (H: number): Layout => ({
  name: ', recurrent',
  of: (directions) => stacked(directions, H, () => H, directions[0].shape[0] - H),
})

/** Both directions' [2, 4H] → B [2, 8H]: biases of the input and of the recurrence. */
export const lstmBiases = (H: number): Layout => ({
  name: '',
  of: (directions) =>
    joined(
      [2, 8 * H],
      directions.map(({ data }) => arranged([2, 4, H], data, ([row, gate, u]) => row * 4 * H + GATES[gate] * H + u)),
    ),
})

/** Rows of each direction's matrix, starting at `from`, transposed, with the gates in ONNX's order. */
function stacked(
  directions: readonly NamedArray[],
  H: number,
  rowsOf: (shape: number[]) => number,
  from: number,
): NamedArray {
  const rows = rowsOf(directions[0].shape)
  return joined(
    [2, 4 * H, rows],
    directions.map(({ data }) =>
      arranged([4, H, rows], data, ([gate, u, k]) => (from + k) * 4 * H + GATES[gate] * H + u),
    ),
  )
}

function joined(shape: number[], parts: NamedArray[]): NamedArray {
  const data = new Float32Array(sizeOf(shape))
  parts.forEach((part, i) => data.set(part.data, i * part.data.length))
  return { shape, data }
}
