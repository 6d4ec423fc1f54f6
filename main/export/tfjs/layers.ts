/**
 * Builds the JSON of a TensorFlow.js layers model, as tf.loadLayersModel reads it: layers by name, each with its
 * inputs.
 */
import { sizeOf, type NamedArray } from '../../../shared/util/arrays.ts'

export interface LayerJson {
  class_name: string
  name: string
  config: Record<string, unknown>
  inbound_nodes: unknown[]
}

/** A weight under the name that TensorFlow.js gives its variable. */
export type NamedWeight = { name: string } & NamedArray

export class LayersModel {
  readonly layers: LayerJson[] = []
  readonly weights: NamedWeight[] = []
  private readonly inputs: string[] = []

  /** Adds a layer with its inputs, unless its name is already there. Returns the name. */
  layer(
    className: string,
    name: string,
    inputs: readonly string[],
    config: Record<string, unknown>,
    weights: () => Record<string, NamedArray> = () => ({}),
  ): string {
    if (this.layers.some((layer) => layer.name === name)) return name
    this.layers.push({
      class_name: className,
      name,
      config: { name, trainable: true, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    })
    for (const [weight, array] of Object.entries(weights())) this.weights.push({ name: `${name}/${weight}`, ...array })
    return name
  }

  /** An input of int32 ids. */
  input(name: string, shape: (number | null)[]): string {
    this.inputs.push(name)
    return this.layer('InputLayer', name, [], { batch_input_shape: [null, ...shape], dtype: 'int32', sparse: false })
  }

  /** The JSON of the model and the content of its weights file. */
  encode(
    name: string,
    outputs: readonly string[],
    weightsFile: string,
    metadata: Record<string, unknown>,
  ): { json: string; weights: Uint8Array } {
    const at = (layer: string) => [layer, 0, 0]
    const config = { name, layers: this.layers, input_layers: this.inputs.map(at), output_layers: outputs.map(at) }
    const json = {
      format: 'layers-model',
      generatedBy: 'Sparse Sharing Studio',
      convertedBy: null,
      modelTopology: { class_name: 'Model', config, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' },
      weightsManifest: [
        {
          paths: [weightsFile],
          weights: this.weights.map(({ name: weight, shape }) => ({ name: weight, shape, dtype: 'float32' })),
        },
      ],
      userDefinedMetadata: metadata,
    }
    const data = new Float32Array(this.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0))
    let next = 0
    for (const { data: values } of this.weights) {
      data.set(values, next)
      next += values.length
    }
    return { json: JSON.stringify(json), weights: new Uint8Array(data.buffer) }
  }
}
