/** Builds an ONNX graph: operators are called like functions, and equal nodes and constants are added once. */
import type { OnnxAttribute, OnnxNode, OnnxPort, OnnxTensor, OnnxType } from './proto.ts'

/** The name of a value in the graph. */
export type Value = string

export class OnnxGraph {
  readonly nodes: OnnxNode[] = []
  readonly constants: OnnxTensor[] = []
  readonly inputs: OnnxPort[] = []
  readonly outputs: OnnxPort[] = []
  private readonly known = new Map<string, Value>()

  input(port: OnnxPort): Value {
    this.inputs.push(port)
    return port.name
  }

  /** A constant by name; `make` is called only the first time. */
  constant(name: string, shape: readonly number[], make: () => Float32Array): Value {
    return this.store(name, 'float32', shape, () => bytesOf(make()))
  }

  /** 1 = true. */
  booleans(name: string, shape: readonly number[], make: () => Uint8Array): Value {
    return this.store(name, 'bool', shape, make)
  }

  int64(...values: number[]): Value {
    return this.store(`int64 ${values.join(',')}`, 'int64', [values.length], () =>
      bytesOf(BigInt64Array.from(values, BigInt)),
    )
  }

  /** The output of an operator. The same operator on the same inputs is added once. */
  op(type: string, inputs: readonly Value[], attributes: Record<string, OnnxAttribute> = {}): Value {
    const key = JSON.stringify([type, inputs, attributes])
    let output = this.known.get(key)
    if (output === undefined) {
      output = `${type} ${this.nodes.length}`
      this.nodes.push({ name: output, op: type, inputs, outputs: [output], attributes })
      this.known.set(key, output)
    }
    return output
  }

  output(value: Value, port: OnnxPort): void {
    this.nodes.push({
      name: `output ${port.name}`,
      op: 'Identity',
      inputs: [value],
      outputs: [port.name],
      attributes: {},
    })
    this.outputs.push(port)
  }

  private store(name: string, type: OnnxType, shape: readonly number[], make: () => Uint8Array): Value {
    if (!this.known.has(name)) {
      this.constants.push({ name, type, shape, bytes: make() })
      this.known.set(name, name)
    }
    return name
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | BigInt64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
