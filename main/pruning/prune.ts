/** One step of pruning: the next, smaller mask from a mask and the score of every weight. */
import { keptCount, type Mask, type MaskLayer } from '../../shared/network/mask.ts'
import type { ImpConfig } from '../../shared/settings/config.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'

/**
 * Prunes the fraction `pruningRate` of the *remaining* weights that have the lowest magnitude in `scores` (by layer
 * name; θ⁽ᵏ⁾ in the paper): exactly round(pruningRate · remaining) of them, lower indexes first among equal magnitudes.
 * `scope`: compare over all layers, or prune each layer by the same rate. The result is a subset of `mask`. Throws a
 * RangeError where the score of a kept weight is not a number.
 */
export function pruneByMagnitude(
  scores: ArrayBundle,
  mask: Mask,
  pruningRate: number,
  scope: ImpConfig['scope'],
): Mask {
  const pruned: Mask = { layers: mask.layers.map((layer) => ({ ...layer, kept: layer.kept.slice() })) }
  const groups = scope === 'global' ? [pruned.layers] : pruned.layers.map((layer) => [layer])
  for (const layers of groups) pruneLowest(layers, scores, Math.round(pruningRate * keptCount({ layers })))
  return pruned
}

/** Sets the `count` kept weights of lowest magnitude to 0 in place. */
function pruneLowest(layers: MaskLayer[], scores: ArrayBundle, count: number): void {
  if (count === 0) return
  const magnitudes = keptMagnitudes(layers, scores)
  magnitudes.sort()
  const cutoff = magnitudes[count - 1]
  // Prunes all weights below the cutoff, then those equal to it by index until the count is reached.
  let remaining = count - lowerBound(magnitudes, cutoff)
  for (const { name, kept } of layers) {
    const values = scores[name].data
    for (let i = 0; i < kept.length; i++) {
      if (kept[i] === 0) continue
      const magnitude = Math.abs(values[i])
      if (magnitude < cutoff || (magnitude === cutoff && remaining-- > 0)) kept[i] = 0
    }
  }
}

function keptMagnitudes(layers: MaskLayer[], scores: ArrayBundle): Float32Array {
  const magnitudes = new Float32Array(keptCount({ layers }))
  let n = 0
  for (const { name, kept } of layers) {
    const values = scores[name]?.data
    if (values?.length !== kept.length) throw new RangeError(`The weights of ${name} do not fit its mask.`)
    for (let i = 0; i < kept.length; i++) {
      if (kept[i] === 0) continue
      if (Number.isNaN(values[i])) throw new RangeError(`Weight ${i} of ${name} is not a number.`)
      magnitudes[n++] = Math.abs(values[i])
    }
  }
  return magnitudes
}

/** Index of the first element of a sorted array that is not below `value`. */
function lowerBound(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
