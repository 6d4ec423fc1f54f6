/** The weights that a task reads of its network, whatever the sharing method: for formats that contain graphs. */
import type { NamedArray } from '../../shared/util/arrays.ts'
import { unionAll, type Mask } from '../../shared/network/mask.ts'
import { bilstmName, layersBeneath, type NetworkShape } from '../../shared/network/parameters.ts'
import type { TaggedTask } from '../../shared/tags/tagging.ts'
import type { TaggerModel, TaggerNetwork } from '../tagger/model.ts'

export interface Branch {
  task: TaggedTask
  shape: NetworkShape
  /** Index of its network in the model. Tasks of the same network share the weights outside the masks. */
  network: number
  /** θ, with 0 where no mask of the network keeps a weight. */
  theta(name: string): NamedArray
  /** Null: all weights are kept. */
  kept(name: string): Uint8Array | null
}

/** One per task, in the order of the model. */
export function branchesOf({ info, networks }: TaggerModel): Branch[] {
  const thetas = networks.map(reachable)
  return info.tasks.map((task) => {
    const network = networks.findIndex(({ tasks }) => tasks.some(({ name }) => name === task.name))
    const { shape, tasks } = networks[network]
    const layers = keptByName(tasks.find(({ name }) => name === task.name)!.mask)
    return { task, shape, network, theta: thetas[network], kept: (name) => layers.get(name) ?? null }
  })
}

/** M ⊙ θ. Selects instead of multiplying, because a pruned weight may hold any value. */
export function masked({ theta, kept }: Branch, name: string): NamedArray {
  const bits = kept(name)
  return bits === null
    ? theta(name)
    : { ...theta(name), data: Float32Array.from(theta(name).data, (value, i) => (bits[i] === 1 ? value : 0)) }
}

/**
 * Owners of the BiLSTMs that a task reads: undefined = the shared one, its own, or with cross-stitch units all tasks.
 */
export function ownersOf({ shape, task }: Branch): (string | undefined)[] {
  if (!shape.soft) return [undefined]
  return shape.soft.variant === 'crossStitch' ? shape.heads.map((head) => head.task) : [task.name]
}

/** Names of the forward and the backward LSTM's arrays. */
export const lstmNames = (layer: number, owner: string | undefined, part: 'W' | 'b') => [
  `${bilstmName(layer, 'forward', owner)}.${part}`,
  `${bilstmName(layer, 'backward', owner)}.${part}`,
]

export const layersOf = ({ shape, task }: Branch) => layersBeneath(shape, task.name)

function reachable({ weights, tasks }: TaggerNetwork): Branch['theta'] {
  const masks = tasks.map(({ mask }) => mask)
  const union = masks.every((mask) => mask !== null) ? keptByName(unionAll(masks)) : new Map<string, Uint8Array>()
  return (name) => {
    const { shape, data } = weights[name]
    const bits = union.get(name)
    return {
      shape,
      data: bits === undefined ? data : Float32Array.from(data, (value, i) => (bits[i] === 1 ? value : 0)),
    }
  }
}

const keptByName = (mask: Mask | null) => new Map(mask?.layers.map(({ name, kept }) => [name, kept]))
