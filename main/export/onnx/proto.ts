/**
 * Encodes ONNX models: the messages of onnx.proto (github.com/onnx/onnx, IR version 8) that our networks need. Not
 * generated from the schema: no compiler for it comes from npm, and the generated messages would be many times this
 * file.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Numbers of TensorProto.DataType. */
export const TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const
export type OnnxType = keyof typeof TYPES

export interface OnnxTensor {
  name: string
  type: OnnxType
  shape: readonly number[]
  /** Row-major values, little-endian. */
  bytes: Uint8Array
}

export type OnnxAttribute = number | string | readonly number[]

export interface OnnxNode {
  name: string
  op: string
  inputs: readonly string[]
  outputs: readonly string[]
  /** Whole numbers, lists of them, and texts. */
  attributes: Readonly<Record<string, OnnxAttribute>>
}

/** An input or output; a dimension is a number or a name. */
export interface OnnxPort {
  name: string
  type: OnnxType
  shape: readonly (number | string)[]
  doc: string
}

export interface OnnxModel {
  name: string
  doc: string
  opset: number
  producer: string
  metadata: Readonly<Record<string, string>>
  nodes: readonly OnnxNode[]
  constants: readonly OnnxTensor[]
  inputs: readonly OnnxPort[]
  outputs: readonly OnnxPort[]
}

const IR_VERSION = 8

/** A ModelProto. */
export function encodeModel({
  name,
  doc,
  opset,
  producer,
  metadata,
  nodes,
  constants,
  inputs,
  outputs,
}: OnnxModel): Uint8Array {
  const graph = message()
  for (const node of nodes) graph.message(1, encodeNode(node))
  graph.text(2, name)
  for (const tensor of constants) graph.message(5, encodeTensor(tensor))
  for (const port of inputs) graph.message(11, encodePort(port))
  for (const port of outputs) graph.message(12, encodePort(port))
  const model = message()
    .int(1, IR_VERSION)
    .text(2, producer)
    .text(6, doc)
    .message(7, graph)
    .message(8, message().int(2, opset))
  for (const [key, value] of Object.entries(metadata)) model.message(14, message().text(1, key).text(2, value))
  return model.bytes()
}

function encodeNode({ name, op, inputs, outputs, attributes }: OnnxNode): Message {
  const node = message()
  for (const input of inputs) node.text(1, input)
  for (const output of outputs) node.text(2, output)
  node.text(3, name).text(4, op)
  for (const [key, value] of Object.entries(attributes)) node.message(5, encodeAttribute(key, value))
  return node
}

/** AttributeProto; its types are INT = 2, STRING = 3, INTS = 7. */
function encodeAttribute(name: string, value: OnnxAttribute): Message {
  const attribute = message().text(1, name)
  if (typeof value === 'number') return attribute.int(3, value).int(20, 2)
  if (typeof value === 'string') return attribute.text(4, value).int(20, 3)
  return attribute.ints(8, value).int(20, 7)
}

function encodeTensor({ name, type, shape, bytes }: OnnxTensor): Message {
  return message().ints(1, shape).int(2, TYPES[type]).text(8, name).raw(9, bytes)
}

function encodePort({ name, type, shape, doc }: OnnxPort): Message {
  const dimensions = message()
  for (const size of shape)
    dimensions.message(1, typeof size === 'number' ? message().int(1, size) : message().text(2, size))
  const tensorType = message().int(1, TYPES[type]).message(2, dimensions)
  return message().text(1, name).message(2, message().message(1, tensorType)).text(3, doc)
}

/** One message, field by field. */
class Message {
  private readonly writer = new BinaryWriter()

  int(field: number, value: number): this {
    this.writer.tag(field, WireType.Varint).int64(value)
    return this
  }

  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value)
    return this
  }

  text(field: number, value: string): this {
    this.writer.tag(field, WireType.LengthDelimited).string(value)
    return this
  }

  raw(field: number, value: Uint8Array): this {
    this.writer.tag(field, WireType.LengthDelimited).bytes(value)
    return this
  }

  message(field: number, value: Message): this {
    return this.raw(field, value.bytes())
  }

  bytes(): Uint8Array {
    return this.writer.finish()
  }
}

const message = () => new Message()
