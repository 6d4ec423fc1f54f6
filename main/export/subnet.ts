/** The subnet of one task by itself: the weights that its scores depend on, M_t ⊙ θ, without those of other tasks. */
import type { ArrayBundle, NumericArray } from '../../shared/util/arrays.ts'
import type { Mask } from '../../shared/network/mask.ts'
import { changedBy, parameterSpecs, type NetworkShape } from '../../shared/network/parameters.ts'
import type { TaggedTask } from '../../shared/tags/tagging.ts'
import type { TaggerModel, TaggerNetwork } from '../tagger/model.ts'

export interface Subnet {
  task: TaggedTask
  /** Shape of the network that it is part of. */
  shape: NetworkShape
  /** Pruned weights are 0, kept ones have their trained value to the bit. */
  weights: ArrayBundle
  /** Null = all ones. */
  mask: Mask | null
}

/** One per task, in the order of the model. */
export function subnetsOf({ info, networks }: TaggerModel): Subnet[] {
  return info.tasks.map((task) => {
    const network = networks.find(({ tasks }) => tasks.some(({ name }) => name === task.name))!
    const { mask } = network.tasks.find(({ name }) => name === task.name)!
    return { task, shape: network.shape, weights: maskedWeights(network, task.name, mask), mask }
  })
}

/** The scores of a task depend on exactly the weights that its steps may change. */
function maskedWeights({ shape, weights }: TaggerNetwork, task: string, mask: Mask | null): ArrayBundle {
  const kept = new Map(mask?.layers.map((layer) => [layer.name, layer.kept]))
  const needed = parameterSpecs(shape).filter((spec) => changedBy(shape, spec, task))
  return Object.fromEntries(
    needed.map(({ name }) => {
      const { shape: dims, data } = weights[name]
      const bits = kept.get(name)
      return [name, { shape: dims, data: bits === undefined ? data : masked(data, bits) }]
    }),
  )
}

/** Selects instead of multiplying: −x · 0 would be −0, and a pruned weight may hold any value. */
function masked(values: NumericArray, kept: Uint8Array): Float32Array {
  return Float32Array.from(values, (value, i) => (kept[i] === 1 ? value : 0))
}

export const MASK_PREFIX = 'mask.'

/** The weights of a subnet, followed by its mask: `mask.NAME` for the weight NAME, one byte per weight, 1 = kept. */
export function arraysOf({ weights, mask }: Subnet): ArrayBundle {
  const layers = mask?.layers.filter(({ name }) => name in weights) ?? []
  return {
    ...weights,
    ...Object.fromEntries(layers.map(({ name, shape, kept }) => [`${MASK_PREFIX}${name}`, { shape, data: kept }])),
  }
}
