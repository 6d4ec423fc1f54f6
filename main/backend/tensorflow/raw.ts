/** Calls TensorFlow's operations by name, through the binding, where TensorFlow.js has no function for them. */
import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'

export const TENSORFLOW = 'tensorflow'

interface Attribute {
  name: string
  type: number
  value: unknown
}

/** The part of tfjs-node's backend class that we use, in the version that package.json pins. */
export interface NodeBackend extends KernelBackend {
  isUsingGpuDevice: boolean
  binding: Record<
    'TF_ATTR_BOOL' | 'TF_ATTR_FLOAT' | 'TF_ATTR_TYPE' | 'TF_ATTR_STRING' | 'TF_ATTR_SHAPE' | 'TF_FLOAT' | 'TF_INT32',
    number
  > & { TF_Version: string }
  executeSingleOutput(name: string, attributes: Attribute[], inputs: TensorInfo[]): Tensor
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: TensorInfo[], outputs: number): Tensor[]
}

/** Attributes by name: types as 'float32' or 'int32', shapes as lists, strings in { text }. */
export type RawAttributes = Record<string, boolean | number | 'float32' | 'int32' | number[] | { text: string }>

/** Calls an operation with one result. Throws an Error with TensorFlow's message if it fails. */
export function raw(backend: NodeBackend, name: string, attributes: RawAttributes, inputs: TensorInfo[]): Tensor {
  return backend.executeSingleOutput(name, encode(backend, attributes), inputs)
}

/** Calls an operation with several results, or none. */
export function rawMany(
  backend: NodeBackend,
  name: string,
  attributes: RawAttributes,
  inputs: TensorInfo[],
  outputs: number,
): Tensor[] {
  return backend.executeMultipleOutputs(name, encode(backend, attributes), inputs, outputs)
}

function encode({ binding }: NodeBackend, attributes: RawAttributes): Attribute[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
    if (typeof value === 'number') return { name, type: binding.TF_ATTR_FLOAT, value }
    if (typeof value === 'string')
      return { name, type: binding.TF_ATTR_TYPE, value: value === 'float32' ? binding.TF_FLOAT : binding.TF_INT32 }
    if (Array.isArray(value)) return { name, type: binding.TF_ATTR_SHAPE, value }
    return { name, type: binding.TF_ATTR_STRING, value: value.text }
  })
}
