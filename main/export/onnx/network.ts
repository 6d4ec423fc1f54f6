/**
 * The network of main/nn as ONNX operators: embeddings, character CNN, BiLSTM, heads. Ids are those of the vocabulary
 * plus 1; 0 is padding, at the end of the characters of a word and of the tokens of a sentence. Padding does not
 * affect other values.
 */
import { headName, stitchName } from '../../../shared/network/parameters.ts'
import { layersOf, lstmNames, masked, ownersOf, type Branch } from '../branch.ts'
import { paddedTable, type Layout } from '../layouts.ts'
import type { OnnxGraph, Value } from './graph.ts'
import { charKernel, lstmBiases, lstmInputs, lstmRecurrent } from './layouts.ts'

/** folded: the weights of a subnet, masked. beside: the weights of the network once, and each mask as a constant. */
export type MaskForm = 'folded' | 'beside'

export interface Inputs {
  /** int64 [B, T] */
  words: Value
  /** int64 [B, T, C] */
  chars: Value
}

/** [B, T, tags]: the scores of a task; with a CRF its emissions. */
export function taskScores(graph: OnnxGraph, { words, chars }: Inputs, branch: Branch, form: MaskForm): Value {
  const builder = new BranchBuilder(graph, branch, form)
  const x = graph.op('Concat', [builder.words(words), builder.spellings(chars)], { axis: 2 }) // [B, T, I]
  const steps = graph.op('Transpose', [x], { perm: [1, 0, 2] }) // [T, B, I]
  const encoded = builder.encode(steps, lengths(graph, words)) // [T, B, 2H]
  return builder.head(graph.op('Transpose', [encoded], { perm: [1, 0, 2] }))
}

/** int32 [B]: tokens of each sentence. */
function lengths(graph: OnnxGraph, words: Value): Value {
  return graph.op(
    'ReduceSum',
    [graph.op('Cast', [graph.op('Greater', [words, graph.int64(0)])], { to: 6 }), graph.int64(1)],
    { keepdims: 0 },
  )
}

class BranchBuilder {
  private readonly graph: OnnxGraph
  private readonly branch: Branch
  private readonly form: MaskForm

  constructor(graph: OnnxGraph, branch: Branch, form: MaskForm) {
    this.graph = graph
    this.branch = branch
    this.form = form
  }

  words(ids: Value): Value {
    return this.graph.op('Gather', [this.weight(['word.table'], paddedTable), ids])
  }

  /** [B, T, charOut] */
  spellings(ids: Value): Value {
    const {
      graph,
      branch: {
        shape: { model },
      },
    } = this
    const margin = (model.charWidth - 1) / 2
    const embedded = graph.op('Transpose', [graph.op('Gather', [this.weight(['char.table'], paddedTable), ids])], {
      perm: [0, 3, 1, 2],
    }) // [B, D, T, C]
    const windows = graph.op(
      'Conv',
      [embedded, this.weight(['char.conv.W'], charKernel(model.charDim)), this.weight(['char.conv.b'])],
      { kernel_shape: [1, model.charWidth], pads: [0, margin, 0, margin] },
    )
    // Windows in the padding do not count; a word without characters gets 0.
    const real = graph.op('Unsqueeze', [
      graph.op('Cast', [graph.op('Greater', [ids, graph.int64(0)])], { to: 1 }),
      graph.int64(1),
    ]) // [B, 1, T, C]
    const features = graph.op('ReduceMax', [graph.op('Mul', [graph.op('Relu', [windows]), real])], {
      axes: [3],
      keepdims: 0,
    }) // [B, F, T]
    return this.affine(graph.op('Transpose', [features], { perm: [0, 2, 1] }), 'char.projection')
  }

  encode(x: Value, sentenceLengths: Value): Value {
    const owners = ownersOf(this.branch)
    const stitched = owners.length > 1
    let inputs = owners.map(() => x)
    for (let layer = 0; ; layer++) {
      const outputs = owners.map((owner, s) => this.bilstm(inputs[s], layer, owner, sentenceLengths))
      // Above the top layer, only this task's output is read.
      if (layer === layersOf(this.branch) - 1)
        return stitched ? this.stitched(outputs, layer, owners.indexOf(this.branch.task.name)) : outputs[0]
      inputs = stitched ? owners.map((_, t) => this.stitched(outputs, layer, t)) : outputs
    }
  }

  head(encoded: Value): Value {
    return this.affine(encoded, headName(this.branch.task.name))
  }

  /** [T, B, I] → [T, B, 2H] */
  private bilstm(x: Value, layer: number, owner: string | undefined, sentenceLengths: Value): Value {
    const {
      graph,
      branch: {
        shape: {
          model: { hidden },
        },
      },
    } = this
    const [W, b] = [lstmNames(layer, owner, 'W'), lstmNames(layer, owner, 'b')]
    const inputs = [
      x,
      this.weight(W, lstmInputs(hidden)),
      this.weight(W, lstmRecurrent(hidden)),
      this.weight(b, lstmBiases(hidden)),
      sentenceLengths,
    ]
    const y = graph.op('LSTM', inputs, { hidden_size: hidden, direction: 'bidirectional' }) // [T, 2, B, H]
    return graph.op('Reshape', [graph.op('Transpose', [y], { perm: [0, 2, 1, 3] }), graph.int64(0, 0, 2 * hidden)])
  }

  /** Σ_s α_ts h_s */
  private stitched(outputs: Value[], layer: number, t: number): Value {
    const { graph } = this
    const { data } = this.branch.theta(stitchName(layer))
    const alpha = (s: number) =>
      graph.constant(this.name(`${stitchName(layer)} ${t} ${s}`), [1], () =>
        Float32Array.of(data[t * outputs.length + s]),
      )
    return outputs.map((h, s) => graph.op('Mul', [h, alpha(s)])).reduce((sum, one) => graph.op('Add', [sum, one]))
  }

  /** x W + b */
  private affine(x: Value, name: string): Value {
    return this.graph.op('Add', [this.graph.op('MatMul', [x, this.weight([`${name}.W`])]), this.weight([`${name}.b`])])
  }

  /** Arrays of the network as one constant in ONNX's layout, masked for the task. */
  private weight(names: string[], layout: Layout = { name: '', of: ([array]) => array }): Value {
    const { graph, branch, form } = this
    const label = `${names.join(' ')}${layout.name}`
    const arrays = names.map((name) => branch.theta(name))
    const { shape } = layout.of(arrays)
    const isMasked = names.some((name) => branch.kept(name) !== null)
    if (!isMasked || form === 'beside') {
      const theta = graph.constant(this.name(label), shape, () => Float32Array.from(layout.of(arrays).data))
      if (!isMasked) return theta
      const kept = names.map((name, i) => ({ shape: arrays[i].shape, data: branch.kept(name)! }))
      const mask = graph.booleans(`mask of ${branch.task.name}, ${this.name(label)}`, shape, () =>
        Uint8Array.from(layout.of(kept).data),
      )
      return graph.op('Where', [mask, theta, graph.constant('zero', [1], () => Float32Array.of(0))])
    }
    return graph.constant(`${this.name(label)} of ${branch.task.name}`, shape, () =>
      Float32Array.from(layout.of(names.map((name) => masked(branch, name))).data),
    )
  }

  /** Networks of a run have parameters with the same names. */
  private name(label: string): string {
    return this.branch.network === 0 ? label : `${label}, network ${this.branch.network + 1}`
  }
}
