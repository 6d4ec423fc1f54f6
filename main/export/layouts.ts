/** Our arrays in the layouts of other programs. Values move but do not change, so masks are converted like weights. */
import { sizeOf, type NamedArray } from '../../shared/util/arrays.ts'

export interface Layout {
  /** Suffix of the array's name. */
  name: string
  of(arrays: readonly NamedArray[]): NamedArray
}

/** [V, D] → [V + 1, D]: row 0 is that of padding, all 0. */
export const paddedTable: Layout = {
  name: '',
  of: ([
    {
      shape: [V, D],
      data,
    },
  ]) => {
    const padded = new Float32Array((V + 1) * D)
    padded.set(data, D)
    return { shape: [V + 1, D], data: padded }
  },
}

/** [width · D, F], rows by position in the window, then d → [1, width, D, F], in the same order. */
export const charWindows = (D: number): Layout => ({
  name: '',
  of: ([
    {
      shape: [rows, F],
      data,
    },
  ]) => ({ shape: [1, rows / D, D, F], data }),
})

/** An array of this shape whose element at indices `at` is values[source(at)]. */
export function arranged(shape: number[], values: ArrayLike<number>, source: (at: number[]) => number): NamedArray {
  const data = new Float32Array(sizeOf(shape))
  const at = shape.map(() => 0)
  for (let i = 0; i < data.length; i++) {
    data[i] = values[source(at)]
    for (let d = shape.length - 1; d >= 0 && ++at[d] === shape[d]; d--) at[d] = 0
  }
  return { shape, data }
}
