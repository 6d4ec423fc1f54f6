/** A task's way through a network for formats that hold graphs: which weights it reads, whichever way the tasks share. */
import type { NamedArray } from '../../shared/util/arrays.ts'
import { unionAll, type Mask } from '../../shared/network/mask.ts'
import { bilstmName, layersBeneath, type NetworkShape } from '../../shared/network/parameters.ts'
import type { TaggedTask } from '../../shared/tags/tagging.ts'
import type { TaggerModel, TaggerNetwork } from '../tagger/model.ts'

export interface Branch {
  task: TaggedTask
  shape: NetworkShape
  /** Its network among those of the model: tasks of one network share what no mask tells apart. */
  network: number
  /** θ; outside all masks of the network 0. */
  theta(name: string): NamedArray
  /** Null: all of it is kept. */
  kept(name: string): Uint8Array | null
}

/** One for every task of the model, in its order. */
export function branchesOf({ info, networks }: TaggerModel): Branch[] {
  const thetas = networks.map(reachable)
  return info.tasks.map((task) => {
    const network = networks.findIndex(({ tasks }) => tasks.some(({ name }) => name === task.name))
    const { shape, tasks } = networks[network]
    const layers = keptByName(tasks.find(({ name }) => name === task.name)!.mask)
    return { task, shape, network, theta: thetas[network], kept: (name) => layers.get(name) ?? null }
  })
}

/** M ⊙ θ. By choice, not by product: a pruned weight may hold anything. */
export function masked({ theta, kept }: Branch, name: string): NamedArray {
  const bits = kept(name)
  return bits === null
    ? theta(name)
    : { ...theta(name), data: Float32Array.from(theta(name).data, (value, i) => (bits[i] === 1 ? value : 0)) }
}

/** The BiLSTMs of a layer that a task reads, each by its owner: the shared one (undefined), its own, or with cross-stitch units those of all tasks. */
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
