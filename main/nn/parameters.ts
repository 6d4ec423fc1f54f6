/** The parameters of the paper's CNN-BiLSTM: their names, shapes, roles and start values. */
import { sizeOf } from '../../shared/arrays.ts'
import type { ModelConfig } from '../../shared/config.ts'
import { deriveKey, uniform } from '../../shared/random.ts'

/**
 * prunable: convolution and LSTM weight matrices, what a mask covers; encoderBias: counted with the encoder, never pruned;
 * wordTable: the word vectors; shared: character table and projection, shared by all tasks, never pruned; head: one task's own.
 */
export type ParameterRole = 'prunable' | 'encoderBias' | 'wordTable' | 'shared' | 'head'

export interface ParameterSpec {
  name: string
  shape: number[]
  role: ParameterRole
  init: 'zero' | 'fanIn' | 'embedding' | 'lstmWeight' | 'lstmBias'
  /** The task whose head it belongs to. */
  task?: string
}

export interface NetworkShape {
  model: ModelConfig
  wordCount: number
  charCount: number
  /** Outputs of each task's head. */
  heads: { task: string; tagCount: number }[]
}

export const WORD_TABLE = 'word.table'
export const bilstmName = (layer: number, direction: 'forward' | 'backward') => `bilstm.${layer}.${direction}`
export const headName = (task: string) => `head.${task}`

/** Every parameter of a network, in the fixed order that state, masks and updates keep. */
export function parameterSpecs({ model, wordCount, charCount, heads }: NetworkShape): ParameterSpec[] {
  const H = model.hidden
  const specs: ParameterSpec[] = [
    { name: WORD_TABLE, shape: [wordCount, model.wordDim], role: 'wordTable', init: 'embedding' },
    { name: 'char.table', shape: [charCount, model.charDim], role: 'shared', init: 'embedding' },
    { name: 'char.conv.W', shape: [model.charWidth * model.charDim, model.charFilters], role: 'prunable', init: 'fanIn' },
    { name: 'char.conv.b', shape: [model.charFilters], role: 'encoderBias', init: 'zero' },
    { name: 'char.projection.W', shape: [model.charFilters, model.charOut], role: 'shared', init: 'fanIn' },
    { name: 'char.projection.b', shape: [model.charOut], role: 'shared', init: 'zero' },
  ]
  for (let layer = 0; layer < model.layers; layer++) {
    const inputs = layer === 0 ? model.wordDim + model.charOut : 2 * H
    for (const direction of ['forward', 'backward'] as const) {
      specs.push({ name: `${bilstmName(layer, direction)}.W`, shape: [inputs + H, 4 * H], role: 'prunable', init: 'lstmWeight' })
      // Two biases, of the input and of the recurrence, as the paper's LSTM has them: they are counted, and both move.
      specs.push({ name: `${bilstmName(layer, direction)}.b`, shape: [2, 4 * H], role: 'encoderBias', init: 'lstmBias' })
    }
  }
  for (const { task, tagCount } of heads) specs.push(...headSpecs(task, tagCount, model))
  return specs
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

/**
 * θ⁽⁰⁾ of one parameter: a pure function of seed and name, so that it can be had again anywhere.
 * An LSTM matrix [(I + H), 4H] is two Xavier matrices, input and recurrent: uniform ± sqrt(6 / (in + out)); embeddings are
 * uniform ± sqrt(3 / dim); the forget gate's input bias is 1. Convolution, projection and heads, for which the paper gives no
 * start, are uniform ± 1 / sqrt(in): with Xavier there, the first epochs on CoNLL-2003 NER scored up to four points lower.
 */
export function initialValues(spec: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape))
  const key = deriveKey(seed, 'theta0', spec.name)
  const fill = (from: number, to: number, bound: number) => {
    for (let i = from; i < to; i++) values[i] = (2 * uniform(i, key) - 1) * bound
  }
  const [rows, columns] = spec.shape
  if (spec.init === 'fanIn') fill(0, values.length, 1 / Math.sqrt(rows))
  else if (spec.init === 'embedding') fill(0, values.length, Math.sqrt(3 / columns))
  else if (spec.init === 'lstmWeight') {
    const hidden = columns / 4
    const inputs = rows - hidden
    fill(0, inputs * columns, Math.sqrt(6 / (inputs + columns)))
    fill(inputs * columns, values.length, Math.sqrt(6 / (hidden + columns)))
  } else if (spec.init === 'lstmBias') values.fill(1, columns / 4, columns / 2)
  return values
}

/** Names and shapes of what masks cover, in mask order. */
export function prunableLayers(shape: NetworkShape): { name: string; shape: number[] }[] {
  return parameterSpecs(shape).filter((spec) => spec.role === 'prunable')
}

/** Encoder parameters the paper counts beside the prunable ones: the biases of convolution and LSTM. */
export function encoderBiasCount(shape: NetworkShape): number {
  return parameterSpecs(shape)
    .filter((spec) => spec.role === 'encoderBias')
    .reduce((total, spec) => total + sizeOf(spec.shape), 0)
}
