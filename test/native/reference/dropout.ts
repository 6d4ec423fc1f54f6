import { hash32 } from '../../../shared/util/random.ts'

export interface Keep {
  keep: number
  k0: number
  k1: number
}

/** What element i is multiplied by: 0 or 1 / keep. */
export function dropoutFactor(i: number, { keep, k0, k1 }: Keep): number {
  if (keep === 1) return 1
  return hash32(i, k0, k1) < Math.floor(keep * 2 ** 32) ? 1 / keep : 0
}

export function dropout(x: ArrayLike<number>, keep: Keep): Float64Array {
  return Float64Array.from(x, (value, i) => value * dropoutFactor(i, keep))
}
