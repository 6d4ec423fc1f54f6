/**
 * The network of main/nn as built-in layers of TensorFlow.js. Ids are those of the vocabulary plus 1; 0 is padding,
 * at the end of the characters of a word and of the tokens of a sentence. The mask of the word embedding keeps
 * padding out of both LSTMs.
 */
import type { NamedArray } from '../../../shared/util/arrays.ts'
import { bilstmName, headName, stitchName } from '../../../shared/network/parameters.ts'
import { layersOf, lstmNames, masked, ownersOf, type Branch } from '../branch.ts'
import { charWindows, paddedTable } from '../layouts.ts'
import type { LayersModel } from './layers.ts'

/** Added to the value of windows in the padding, so that the ReLU makes it 0. */
const PADDING_VALUE = -1e9

/** Initialiser of every weight: loaded values replace it, and the default draws random numbers, which takes time. */
const ZEROS = { class_name: 'Zeros', config: {} }
const DENSE = { activation: 'linear', kernel_initializer: ZEROS, bias_initializer: ZEROS }

/** The layer with the scores [B, T, tags] of a task; with a CRF its emissions. */
export function taskLayers(model: LayersModel, inputs: { words: string; chars: string }, branch: Branch): string {
  return new BranchLayers(model, branch).scores(inputs)
}

class BranchLayers {
  private readonly model: LayersModel
  private readonly branch: Branch
  /** Name prefixes: of layers that the tasks of a network share, and of layers after a masked weight. */
  private readonly shared: string
  private readonly own: string

  constructor(model: LayersModel, branch: Branch) {
    this.model = model
    this.branch = branch
    this.shared = branch.network === 0 ? '' : `network${branch.network + 1}.`
    this.own = branch.kept('char.conv.W') === null ? this.shared : `${branch.task.name}.`
  }

  scores({ words, chars }: { words: string; chars: string }): string {
    const x = this.model.layer(
      'Concatenate',
      `${this.own}embedded`,
      [this.embedding('word.table', words, true), this.spelling(chars)],
      { axis: 2 },
    )
    return this.dense(headName(this.branch.task.name), this.encode(x), `${this.branch.task.name}.scores`)
  }

  private embedding(name: string, ids: string, pads: boolean): string {
    const table = paddedTable.of([this.branch.theta(name)])
    return this.lookUp(`${this.shared}${name}`, ids, table, pads)
  }

  private lookUp(name: string, ids: string, table: NamedArray, pads: boolean): string {
    const [rows, columns] = table.shape
    return this.model.layer(
      'Embedding',
      name,
      [ids],
      { input_dim: rows, output_dim: columns, embeddings_initializer: ZEROS, mask_zero: pads },
      () => ({ embeddings: table }),
    )
  }

  /** [B, T, charOut] */
  private spelling(chars: string): string {
    const { model, branch, own } = this
    const { charDim, charWidth, charFilters } = branch.shape.model
    const embedded = this.embedding('char.table', chars, false) // [B, T, C, D]
    const windows = model.layer(
      'Conv2D',
      `${own}char.conv`,
      [embedded],
      {
        filters: charFilters,
        kernel_size: [1, charWidth],
        strides: [1, 1],
        padding: 'same',
        data_format: 'channels_last',
        dilation_rate: [1, 1],
        use_bias: true,
        ...DENSE,
      },
      () => ({ kernel: charWindows(charDim).of([masked(branch, 'char.conv.W')]), bias: branch.theta('char.conv.b') }),
    )
    const padding = {
      shape: [branch.shape.charCount + 1, charFilters],
      data: new Float32Array((branch.shape.charCount + 1) * charFilters).fill(PADDING_VALUE, 0, charFilters),
    }
    const real = model.layer(
      'Add',
      `${own}char.windows`,
      [windows, this.lookUp(`${this.shared}char.padding`, chars, padding, false)],
      {},
    )
    const features = model.layer('Activation', `${own}char.relu`, [real], { activation: 'relu' })
    const most = { class_name: 'GlobalMaxPooling1D', config: { name: `${own}char.most`, trainable: true } }
    return this.dense(
      'char.projection',
      model.layer('TimeDistributed', `${own}char.features`, [features], { layer: most }),
      `${own}char.projection`,
    )
  }

  private encode(x: string): string {
    const owners = ownersOf(this.branch)
    const stitched = owners.length > 1
    let inputs = owners.map(() => x)
    for (let layer = 0; ; layer++) {
      const outputs = owners.map((owner, s) => this.bilstm(inputs[s], layer, owner))
      // Above the top layer, only this task's output is read.
      if (layer === layersOf(this.branch) - 1)
        return stitched ? this.stitched(outputs, layer, owners.indexOf(this.branch.task.name)) : outputs[0]
      inputs = stitched ? owners.map((_, t) => this.stitched(outputs, layer, t)) : outputs
    }
  }

  private bilstm(x: string, layer: number, owner: string | undefined): string {
    const { hidden } = this.branch.shape.model
    const name = `${this.own}${bilstmName(layer, 'forward', owner).replace(/\.forward$/, '')}`
    const lstm = {
      name: 'lstm',
      trainable: true,
      units: hidden,
      activation: 'tanh',
      recurrent_activation: 'sigmoid',
      use_bias: true,
      unit_forget_bias: false,
      return_sequences: true,
      kernel_initializer: ZEROS,
      recurrent_initializer: ZEROS,
      bias_initializer: ZEROS,
    }
    return this.model.layer(
      'Bidirectional',
      name,
      [x],
      { merge_mode: 'concat', layer: { class_name: 'LSTM', config: lstm } },
      () => {
        const [W, b] = [lstmNames(layer, owner, 'W'), lstmNames(layer, owner, 'b')]
        return Object.fromEntries(
          ['forward_lstm', 'backward_lstm'].flatMap((cell, d) =>
            this.cell(W[d], b[d], hidden).map(([part, array]) => [`${cell}/${part}`, array]),
          ),
        )
      },
    )
  }

  /** TensorFlow.js has the same order of gates, i, f, g, o, and one bias: the sum of our two. */
  private cell(W: string, b: string, H: number): [string, NamedArray][] {
    const {
      shape: [rows],
      data,
    } = masked(this.branch, W)
    const bias = this.branch.theta(b).data
    return [
      ['kernel', { shape: [rows - H, 4 * H], data: data.subarray(0, (rows - H) * 4 * H) }],
      ['recurrent_kernel', { shape: [H, 4 * H], data: data.subarray((rows - H) * 4 * H) }],
      ['bias', { shape: [4 * H], data: Float32Array.from({ length: 4 * H }, (_, i) => bias[i] + bias[4 * H + i]) }],
    ]
  }

  /** Σ_s α_ts h_s as one product: all h concatenated, times the matrices α_ts I stacked. */
  private stitched(outputs: string[], layer: number, t: number): string {
    const width = 2 * this.branch.shape.model.hidden
    const beside = this.model.layer('Concatenate', `${this.own}stitch.${layer}.all`, outputs, { axis: 2 })
    return this.model.layer(
      'Dense',
      `${this.own}stitch.${layer}.${t}`,
      [beside],
      { units: width, use_bias: false, ...DENSE },
      () => {
        const alpha = this.branch.theta(stitchName(layer)).data
        const kernel = new Float32Array(outputs.length * width * width)
        for (let s = 0; s < outputs.length; s++)
          for (let i = 0; i < width; i++) kernel[(s * width + i) * width + i] = alpha[t * outputs.length + s]
        return { kernel: { shape: [outputs.length * width, width], data: kernel } }
      },
    )
  }

  /** x W + b */
  private dense(parameters: string, x: string, name: string): string {
    const kernel = this.branch.theta(`${parameters}.W`)
    return this.model.layer('Dense', name, [x], { units: kernel.shape[1], use_bias: true, ...DENSE }, () => ({
      kernel,
      bias: this.branch.theta(`${parameters}.b`),
    }))
  }
}
