/** Arrays in shared memory, which all training threads read without copying. */
import type { ArrayBundle } from '../../shared/util/arrays.ts'

/** [length] of zeros on a SharedArrayBuffer. */
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT))
}

export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT))
}

/** A copy on a SharedArrayBuffer. */
export function shareInt32(values: Int32Array): Int32Array {
  const shared = sharedInt32(values.length)
  shared.set(values)
  return shared
}

/** map[ids[n]] for every n, on a SharedArrayBuffer. Converts interned columns to other ids. */
export function mapIds(ids: Int32Array, map: Int32Array): Int32Array {
  const mapped = sharedInt32(ids.length)
  for (let n = 0; n < ids.length; n++) mapped[n] = map[ids[n]]
  return mapped
}

/** Copies named float arrays to shared memory, so that all threads read the same arrays. */
export function shareBundle(bundle: ArrayBundle): ArrayBundle {
  return Object.fromEntries(
    Object.entries(bundle).map(([name, { shape, data }]) => {
      const shared = sharedFloat32(data.length)
      shared.set(data)
      return [name, { shape, data: shared }]
    }),
  )
}
