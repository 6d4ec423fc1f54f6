/**
 * Task masks M_t over the prunable weights (Sun et al., AAAI 2020): 1 = kept, 0 = pruned.
 * Pure arithmetic, no Node, no DOM: the window and the experiment use the same functions.
 * `kept` holds 0 and 1 only; every function that takes several masks throws a RangeError where their layers differ.
 */

import { sizeOf } from '../util/arrays.ts'

export interface MaskLayer {
  /** Name of the weight it masks, e.g. `bilstm.0.forward.W`. */
  name: string
  shape: number[]
  /** One byte per weight, row-major. */
  kept: Uint8Array
}

export interface Mask {
  layers: MaskLayer[]
}

/** How many masks keep a weight, counted over one layer. The four counts add up to `size`. */
export interface LayerSharing {
  layer: string
  size: number
  none: number
  /** By exactly one of several masks; the weights of a single mask count as `all`. */
  one: number
  /** By more than one mask, but not by all. */
  several: number
  all: number
}

/** The dense mask: every weight kept. */
export function ones(layers: readonly { name: string; shape: readonly number[] }[]): Mask {
  return {
    layers: layers.map(({ name, shape }) => ({ name, shape: [...shape], kept: new Uint8Array(sizeOf(shape)).fill(1) })),
  }
}

export function size(mask: Mask): number {
  return mask.layers.reduce((total, layer) => total + layer.kept.length, 0)
}

export function keptCount(mask: Mask): number {
  return mask.layers.reduce((total, layer) => total + sum(layer.kept), 0)
}

/** The fraction of the weights that is kept, which the paper calls sparsity; 1 for a mask over no weights. */
export function density(mask: Mask): number {
  return fraction(keptCount(mask), size(mask))
}

export function densityByLayer(mask: Mask): { layer: string; size: number; kept: number; density: number }[] {
  return mask.layers.map(({ name, kept }) => {
    const count = sum(kept)
    return { layer: name, size: kept.length, kept: count, density: fraction(count, kept.length) }
  })
}

/** The weights that every mask keeps. Throws a RangeError for no masks. */
export function intersectAll(masks: readonly Mask[]): Mask {
  return combine(masks, (into, other) => {
    for (let i = 0; i < into.length; i++) into[i] &= other[i]
  })
}

/** The weights that at least one mask keeps: those that sparse sharing stores. Throws a RangeError for no masks. */
export function unionAll(masks: readonly Mask[]): Mask {
  return combine(masks, (into, other) => {
    for (let i = 0; i < into.length; i++) into[i] |= other[i]
  })
}

/** The weights a mask does not keep. */
export function complement(mask: Mask): Mask {
  return {
    layers: mask.layers.map(({ name, shape, kept }) => ({ name, shape: [...shape], kept: kept.map((bit) => 1 - bit) })),
  }
}

/**
 * Overlap ratio OR(M_1..M_T) = ‖∩M_t‖₀ / ‖∪M_t‖₀. Of two masks it is their Jaccard index.
 * Defined as 1 where the union is empty: masks that keep nothing are equal.
 */
export function overlapRatio(masks: readonly Mask[]): number {
  let common = 0
  let any = 0
  for (const layer of sharing(masks)) {
    common += layer.all
    any += layer.size - layer.none
  }
  return fraction(common, any)
}

/** Overlap ratio within each layer. */
export function overlapByLayer(masks: readonly Mask[]): { layer: string; ratio: number }[] {
  return sharing(masks).map(({ layer, size, none, all }) => ({ layer, ratio: fraction(all, size - none) }))
}

/** Jaccard index |A ∩ B| / |A ∪ B|: the overlap ratio of a pair. */
export function jaccard(a: Mask, b: Mask): number {
  return overlapRatio([a, b])
}

/** Whether `b` keeps every weight that `a` keeps, as each round of pruning must. */
export function isSubset(a: Mask, b: Mask): boolean {
  requireSameLayers([a, b])
  return a.layers.every(({ kept }, l) => {
    const other = b.layers[l].kept
    for (let i = 0; i < kept.length; i++) if (kept[i] > other[i]) return false
    return true
  })
}

/**
 * For each layer, how many weights no mask keeps, exactly one, several, all. Throws a RangeError for no or more than
 * 255 masks.
 */
export function sharing(masks: readonly Mask[]): LayerSharing[] {
  requireSameLayers(masks)
  if (masks.length > 255) throw new RangeError(`${masks.length} masks: the counts are kept in bytes, 255 is the most.`)
  return masks[0].layers.map(({ name, kept }, l) => {
    const counts = kept.slice()
    for (const mask of masks.slice(1)) {
      const other = mask.layers[l].kept
      for (let i = 0; i < counts.length; i++) counts[i] += other[i]
    }
    const histogram = new Uint32Array(256)
    for (let i = 0; i < counts.length; i++) histogram[counts[i]]++
    const none = histogram[0]
    const all = histogram[masks.length]
    const one = masks.length === 1 ? 0 : histogram[1]
    return { layer: name, size: counts.length, none, one, several: counts.length - none - one - all, all }
  })
}

/**
 * Eight weights per byte: weight i is bit i & 7 (least significant first) of byte i >> 3; unused bits are 0. Throws a
 * RangeError for values other than 0 and 1.
 */
export function packBits(kept: Uint8Array): Uint8Array {
  const packed = new Uint8Array((kept.length + 7) >> 3)
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] > 1) throw new RangeError(`A mask holds 0 and 1 only; weight ${i} is ${kept[i]}.`)
    packed[i >> 3] |= kept[i] << (i & 7)
  }
  return packed
}

/**
 * The inverse of packBits. Throws a RangeError unless `packed` has exactly the bytes of `length` weights, with unused
 * bits 0.
 */
export function unpackBits(packed: Uint8Array, length: number): Uint8Array {
  if (packed.length !== (length + 7) >> 3)
    throw new RangeError(`${length} weights take ${(length + 7) >> 3} bytes, not ${packed.length}.`)
  if ((length & 7) !== 0 && packed[packed.length - 1] >> (length & 7) !== 0)
    throw new RangeError('Bits beyond the last weight are set.')
  const kept = new Uint8Array(length)
  for (let i = 0; i < length; i++) kept[i] = (packed[i >> 3] >> (i & 7)) & 1
  return kept
}

/** Throws a RangeError unless there is a mask and all have the same layers: names, order and shapes. */
export function requireSameLayers(masks: readonly Mask[]): void {
  if (masks.length === 0) throw new RangeError('No masks given.')
  const [first, ...others] = masks
  for (const other of others) {
    if (other.layers.length !== first.layers.length) {
      throw new RangeError(`Masks of different networks: ${first.layers.length} layers and ${other.layers.length}.`)
    }
    other.layers.forEach((layer, l) => {
      const expected = first.layers[l]
      if (
        layer.name !== expected.name ||
        layer.kept.length !== expected.kept.length ||
        String(layer.shape) !== String(expected.shape)
      ) {
        throw new RangeError(
          `Masks of different networks: layer ${expected.name} [${expected.shape}] and ${layer.name} [${layer.shape}].`,
        )
      }
    })
  }
}

function combine(masks: readonly Mask[], merge: (into: Uint8Array, other: Uint8Array) => void): Mask {
  requireSameLayers(masks)
  const layers = masks[0].layers.map(({ name, shape, kept }) => ({ name, shape: [...shape], kept: kept.slice() }))
  for (const mask of masks.slice(1)) mask.layers.forEach(({ kept }, l) => merge(layers[l].kept, kept))
  return { layers }
}

function sum(bytes: Uint8Array): number {
  let total = 0
  for (let i = 0; i < bytes.length; i++) total += bytes[i]
  return total
}

/** 0/0 counts as 1. */
function fraction(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
