/** The parameters of the paper's CNN-BiLSTM: their names, shapes and roles. */
import { sizeOf } from '../util/arrays.ts'
import type { ModelConfig, SoftConfig } from '../settings/config.ts'
import type { Mask } from './mask.ts'

/**
 * prunable: convolution and LSTM weight matrices, what a mask covers; encoderBias: counted with the encoder, never
 * pruned; wordTable: the word vectors; shared: character table and projection, shared by all tasks, never pruned; head:
 * of one task.
 */
export type ParameterRole = 'prunable' | 'encoderBias' | 'wordTable' | 'shared' | 'head'

export interface ParameterSpec {
  name: string
  shape: number[]
  role: ParameterRole
  init: 'zero' | 'fanIn' | 'embedding' | 'lstmWeight' | 'lstmBias' | 'stitch'
  /** The task of its head, or of its BiLSTM in soft sharing. */
  task?: string
  /** The BiLSTM layer it belongs to. */
  layer?: number
  /** init stitch: the value on the diagonal. */
  own?: number
}

export interface NetworkShape {
  model: ModelConfig
  wordCount: number
  charCount: number
  /** Outputs of each task's head, and the BiLSTM layers beneath it: all, except in hierarchical sharing. */
  heads: { task: string; tagCount: number; layers?: number }[]
  /** Soft sharing: each task has its own BiLSTM. */
  soft?: SoftConfig
}

export const WORD_TABLE = 'word.table'
/** The name of a direction of the shared BiLSTM, or of a task's BiLSTM. */
export const bilstmName = (layer: number, direction: 'forward' | 'backward', task?: string) =>
  `${task === undefined ? '' : `soft.${task}.`}bilstm.${layer}.${direction}`
/** [T, T] of a layer, entry [t, s]: how much of task s's output task t takes. */
export const stitchName = (layer: number) => `soft.stitch.${layer}`
export const headName = (task: string) => `head.${task}`

/** Every parameter of a network, in the order of state, masks and updates. */
export function parameterSpecs(shape: NetworkShape): ParameterSpec[] {
  const { model, wordCount, charCount, heads } = shape
  const specs: ParameterSpec[] = [
    { name: WORD_TABLE, shape: [wordCount, model.wordDim], role: 'wordTable', init: 'embedding' },
    { name: 'char.table', shape: [charCount, model.charDim], role: 'shared', init: 'embedding' },
    {
      name: 'char.conv.W',
      shape: [model.charWidth * model.charDim, model.charFilters],
      role: 'prunable',
      init: 'fanIn',
    },
    { name: 'char.conv.b', shape: [model.charFilters], role: 'encoderBias', init: 'zero' },
    { name: 'char.projection.W', shape: [model.charFilters, model.charOut], role: 'shared', init: 'fanIn' },
    { name: 'char.projection.b', shape: [model.charOut], role: 'shared', init: 'zero' },
  ]
  for (let layer = 0; layer < model.layers; layer++) specs.push(...layerSpecs(layer, shape))
  for (const { task, tagCount } of heads) specs.push(...headSpecs(task, tagCount, model))
  return specs
}

/** One BiLSTM layer; in soft sharing one for each task, and their cross-stitch unit. */
function layerSpecs(layer: number, { model, heads, soft }: NetworkShape): ParameterSpec[] {
  if (!soft) return bilstmSpecs(layer, model)
  const T = heads.length
  const stitch: ParameterSpec = {
    name: stitchName(layer),
    shape: [T, T],
    role: 'shared',
    init: 'stitch',
    layer,
    own: T === 1 ? 1 : soft.own,
  }
  return [
    ...heads.flatMap(({ task }) => bilstmSpecs(layer, model, task)),
    ...(soft.variant === 'crossStitch' ? [stitch] : []),
  ]
}

function bilstmSpecs(layer: number, model: ModelConfig, task?: string): ParameterSpec[] {
  const H = model.hidden
  const inputs = layer === 0 ? model.wordDim + model.charOut : 2 * H
  const place = task === undefined ? { layer } : { layer, task }
  return (['forward', 'backward'] as const).flatMap((direction): ParameterSpec[] => [
    {
      name: `${bilstmName(layer, direction, task)}.W`,
      shape: [inputs + H, 4 * H],
      role: 'prunable',
      init: 'lstmWeight',
      ...place,
    },
    // Two biases, input and recurrent, as in the paper's LSTM: both count, and both are trained.
    {
      name: `${bilstmName(layer, direction, task)}.b`,
      shape: [2, 4 * H],
      role: 'encoderBias',
      init: 'lstmBias',
      ...place,
    },
  ])
}

/** How many BiLSTM layers are beneath a task's head. Throws a RangeError for a task the network does not have. */
export function layersBeneath({ model, heads }: NetworkShape, task: string): number {
  const head = heads.find((candidate) => candidate.task === task)
  if (!head) throw new RangeError(`The network has no head for ${task}.`)
  return head.layers ?? model.layers
}

/**
 * Whether a step of `task` changes a parameter: shared ones, its own head and BiLSTM, but no layer above its head. With
 * cross-stitch units, all BiLSTMs contribute to the output, so the step changes all of them.
 */
export function changedBy(shape: NetworkShape, { role, task: owner, layer }: ParameterSpec, task: string): boolean {
  if (layer !== undefined && layer >= layersBeneath(shape, task)) return false
  return owner === undefined || owner === task || (role !== 'head' && shape.soft?.variant === 'crossStitch')
}

function headSpecs(task: string, tagCount: number, model: ModelConfig): ParameterSpec[] {
  const head = headName(task)
  const specs: ParameterSpec[] = [
    { name: `${head}.W`, shape: [2 * model.hidden, tagCount], role: 'head', init: 'fanIn', task },
    { name: `${head}.b`, shape: [tagCount], role: 'head', init: 'zero', task },
  ]
  if (!model.crf) return specs
  return [
    ...specs,
    { name: `${head}.transitions`, shape: [tagCount, tagCount], role: 'head', init: 'zero', task },
    { name: `${head}.start`, shape: [tagCount], role: 'head', init: 'zero', task },
    { name: `${head}.end`, shape: [tagCount], role: 'head', init: 'zero', task },
  ]
}

/** Names and shapes of the weights that masks cover, in mask order. */
export function prunableLayers(shape: NetworkShape): { name: string; shape: number[] }[] {
  return parameterSpecs(shape).filter((spec) => spec.role === 'prunable')
}

/** Number of weights that masks cover. */
export function prunableCount(shape: NetworkShape): number {
  return prunableLayers(shape).reduce((total, layer) => total + sizeOf(layer.shape), 0)
}

/**
 * The mask of hierarchical sharing: whole layers, 1 up to a task's head and 0 above (Sun et al. 2020: M_1 = {1,0}, M_2
 * = {1,1}).
 */
export function layerMask(shape: NetworkShape, task: string): Mask {
  const beneath = layersBeneath(shape, task)
  const specs = parameterSpecs(shape).filter(({ role }) => role === 'prunable')
  return {
    layers: specs.map(({ name, shape: dims, layer }) => ({
      name,
      shape: [...dims],
      kept: new Uint8Array(sizeOf(dims)).fill(layer === undefined || layer < beneath ? 1 : 0),
    })),
  }
}

/** The other encoder parameters that the paper counts: the biases of convolution and LSTM. */
export function encoderBiasCount(shape: NetworkShape): number {
  return parameterSpecs(shape)
    .filter((spec) => spec.role === 'encoderBias')
    .reduce((total, spec) => total + sizeOf(spec.shape), 0)
}

/** The shared encoder: its prunable weights and its biases. The paper counts both together. */
export function encoderSize(model: ModelConfig): { prunable: number; biases: number } {
  const shape = { model, wordCount: 0, charCount: 0, heads: [] }
  return { prunable: prunableCount(shape), biases: encoderBiasCount(shape) }
}
