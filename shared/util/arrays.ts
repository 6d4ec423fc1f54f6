/** Named arrays: the form of weights, velocities and masks between threads and in the store. */
export type NumericArray = Float32Array | Int32Array | Uint8Array | Uint32Array | Float64Array

export interface NamedArray {
  shape: number[]
  data: NumericArray
}

/** By name, e.g. `bilstm.0.forward.W`. Iteration order is insertion order. */
export type ArrayBundle = Record<string, NamedArray>

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}
