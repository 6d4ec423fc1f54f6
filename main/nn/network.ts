/**
 * The paper's base network E with its task layers F_t: character CNN, word vectors, BiLSTM, one linear head per task.
 */
import { dispose, engine, tensor, tidy, variable, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { PackedBatch } from './batch.ts'
import type { InferenceBatch } from './inferenceBatch.ts'
import type { CrfArrays } from './decode.ts'
import { encode, type DeviceMask } from './encoder.ts'
import { hostKernels } from './hostKernels.ts'
import { makeWordTable } from './hostWordTable.ts'
import { charCnn, type WordChars } from './ops/charCnn.ts'
import { concatColumns } from './ops/concatColumns.ts'
import { crfLoss, type CrfScores } from './ops/crf.ts'
import { dropout, NO_DROPOUT, type Dropout } from './ops/dropout.ts'
import { gatherRows } from './ops/gatherRows.ts'
import { linear } from './ops/linear.ts'
import { softmaxCrossEntropy } from './ops/softmaxCrossEntropy.ts'
import { changedBy, headName, parameterSpecs, WORD_TABLE, type NetworkShape, type ParameterSpec } from './parameters.ts'
import type { WordTable } from './wordTable.ts'

export type { DeviceMask } from './encoder.ts'

/** The places in the forward pass where dropout applies; each has its own random stream. */
export type DropoutSite = 'word' | 'char' | 'projection' | 'lstm'
export type DropoutPlan = (site: DropoutSite) => Dropout
const NO_DROPOUT_PLAN: DropoutPlan = () => NO_DROPOUT

/** Weights by name, for a network of the same shape. */
export type Weights = ArrayBundle

export function makeDeviceMask(mask: Mask): ReadonlyMap<string, Tensor> {
  return new Map(mask.layers.map(({ name, shape, kept }) => [name, tensor(kept.slice(), shape, 'bool')]))
}

export function disposeDeviceMask(mask: DeviceMask): void {
  mask?.forEach((layer) => layer.dispose())
}

export class Network {
  readonly shape: NetworkShape
  readonly specs: ParameterSpec[]
  readonly wordTable: WordTable
  /** Every parameter but the word table. */
  private readonly variables = new Map<string, Variable>()

  /** Throws a RangeError where `weights` lacks a parameter or has another shape. */
  constructor(shape: NetworkShape, weights: Weights) {
    this.shape = shape
    this.specs = parameterSpecs(shape)
    requireWeights(this.specs, weights)
    this.wordTable = makeWordTable((weights[WORD_TABLE].data as Float32Array).slice(), shape.model.wordDim)
    for (const { name, shape: dims, role } of this.specs) {
      if (role !== 'wordTable')
        this.variables.set(
          name,
          tidy(() => variable(tensor((weights[name].data as Float32Array).slice(), dims))),
        )
    }
  }

  /**
   * What a step of `task` may change, except the word table: see changedBy. `restricted`: only prunable weights and the
   * head.
   */
  trainable(task: string, restricted = false): { name: string; variable: Variable }[] {
    return this.specs
      .filter((spec) => spec.role !== 'wordTable' && changedBy(this.shape, spec, task))
      .filter(({ role }) => !restricted || role === 'prunable' || role === 'head')
      .map(({ name }) => ({ name, variable: this.variables.get(name)! }))
  }

  /** F_t(E(x; M_t ⊙ θ_E)): scores [N, C] of a packed batch whose distinct words have the given rows [U, wordDim]. */
  scores(
    batch: PackedBatch,
    wordRows: Tensor,
    task: string,
    mask: DeviceMask,
    drop: DropoutPlan = NO_DROPOUT_PLAN,
  ): Tensor {
    return this.head(dropout(this.encode(batch, wordRows, task, mask, drop), drop('lstm')), task)
  }

  /** E(x; M ⊙ θ_E): [N, 2H], as the task's head sees it. */
  encode(
    batch: PackedBatch,
    wordRows: Tensor,
    task: string,
    mask: DeviceMask,
    drop: DropoutPlan = NO_DROPOUT_PLAN,
  ): Tensor {
    const x = this.embed(batch, wordRows, mask, drop) // [N, wordDim + charOut]
    return encode(x, { batchSizes: batch.batchSizes, uniqueTokens: null }, task, this.shape, {
      get: (name) => this.get(name),
      mask,
    })
  }

  /** The same for prediction. The rows of the word table must be caught up. */
  private encodeForPrediction(batch: InferenceBatch, task: string, mask: DeviceMask, shape = this.shape): Tensor {
    const { batchSizes, words, chars, uniqueTokens } = batch
    // [U, wordDim + charOut]
    const x = concatColumns(this.wordTable.read(words), this.embedChars(chars, mask, NO_DROPOUT_PLAN))
    return encode(x, { batchSizes, uniqueTokens }, task, shape, { get: (name) => this.get(name), mask })
  }

  /** The output of the first `layers` BiLSTM layers: [N, 2H], forward units first. Not for soft sharing. */
  async encodeLayers(batch: InferenceBatch, task: string, mask: DeviceMask, layers: number): Promise<Float32Array> {
    const heads = this.shape.heads.map((head) => ({ ...head, layers: Math.min(layers, head.layers ?? layers) }))
    const output = tidy(() => this.encodeForPrediction(batch, task, mask, { ...this.shape, heads }))
    // Copied: a backend may reuse the array of a disposed tensor.
    const values = (await output.data<'float32'>()).slice()
    output.dispose()
    return values
  }

  /** F_t: scores [N, C] of the encoder's output. */
  head(encoded: Tensor, task: string): Tensor {
    return linear(encoded, this.get(`${headName(task)}.W`), this.get(`${headName(task)}.b`))
  }

  private embed(batch: PackedBatch, wordRows: Tensor, mask: DeviceMask, drop: DropoutPlan): Tensor {
    const words = gatherRows(wordRows, batch.wordIndex, drop('word'))
    return concatColumns(words, this.embedChars(batch.chars, mask, drop))
  }

  /** The character features of each word: [words, charOut]. */
  private embedChars(chars: WordChars, mask: DeviceMask, drop: DropoutPlan): Tensor {
    const conv = charCnn(
      chars,
      this.get('char.table'),
      this.get('char.conv.W'),
      this.get('char.conv.b'),
      mask?.get('char.conv.W') ?? null,
      drop('char'),
    )
    const projected = linear(conv, this.get('char.projection.W'), this.get('char.projection.b'))
    return dropout(projected, drop('projection'))
  }

  /** Mean loss per token of a batch, in nats: cross-entropy, or the CRF's negative log-likelihood. */
  loss(batch: PackedBatch, wordRows: Tensor, task: string, mask: DeviceMask, drop?: DropoutPlan): Tensor {
    const scores = this.scores(batch, wordRows, task, mask, drop)
    return this.shape.model.crf
      ? crfLoss(scores, batch.tags, batch.batchSizes, this.crf(task))
      : softmaxCrossEntropy(scores, batch.tags)
  }

  /** The predicted tag of every row: [N]. The rows of the word table must be caught up. */
  async predict(batch: InferenceBatch, task: string, mask: DeviceMask): Promise<Int32Array> {
    const scores = tidy(() => this.head(this.encodeForPrediction(batch, task, mask), task))
    const tags = this.decode(await scores.data<'float32'>(), batch.batchSizes, task, await this.crfArrays(task))
    scores.dispose()
    return tags
  }

  /**
   * Scores [N, C] of several tasks. The tasks of a group share one pass of the encoder. The rows of the word table must
   * be caught up.
   */
  async scoreTasks(
    batch: InferenceBatch,
    groups: readonly { mask: DeviceMask; tasks: readonly string[] }[],
  ): Promise<[string, Float32Array][]> {
    const scored = tidy(() =>
      groups.map(({ mask, tasks }) => {
        const encoded = this.encodeForPrediction(batch, tasks[0], mask)
        return tasks.map((task) => this.head(encoded, task))
      }),
    )
    const names = groups.flatMap(({ tasks }) => tasks)
    // Copied: a backend may reuse the array of a disposed tensor.
    const values = await Promise.all(scored.flat().map(async (scores) => (await scores.data<'float32'>()).slice()))
    dispose(scored)
    return names.map((task, i) => [task, values[i]])
  }

  /**
   * The tags [N] of a task's scores [N, C] of a packed batch: by Viterbi where there is a CRF, else by argmax of each
   * token.
   */
  decode(scores: Float32Array, batchSizes: Int32Array, task: string, crf: CrfArrays | null): Int32Array {
    const classes = this.get(`${headName(task)}.b`).size
    return crf === null
      ? hostKernels().argmaxRows(scores, classes)
      : hostKernels().viterbi(scores, batchSizes, crf, classes)
  }

  /** The transition scores of a task; null where it has no CRF. */
  async crfArrays(task: string): Promise<CrfArrays | null> {
    if (!this.shape.model.crf) return null
    const { transitions, start, end } = this.crf(task)
    return {
      transitions: await transitions.data<'float32'>(),
      start: await start.data<'float32'>(),
      end: await end.data<'float32'>(),
    }
  }

  /** A copy of all weights. The rows of the word table must be caught up. */
  async weights(): Promise<Weights> {
    const weights: Weights = {}
    for (const { name, shape, role } of this.specs) {
      const data =
        role === 'wordTable'
          ? await this.wordTable.weights()
          : (await this.variables.get(name)!.data<'float32'>()).slice()
      weights[name] = { shape, data }
    }
    return weights
  }

  /**
   * Replaces all weights. The word table counts as caught up with its velocity's step: reset or restore the optimiser
   * too.
   */
  load(weights: Weights): void {
    requireWeights(this.specs, weights)
    this.wordTable.load(weights[WORD_TABLE].data as Float32Array)
    this.variables.forEach((value, name) =>
      tidy(() => value.assign(tensor((weights[name].data as Float32Array).slice(), value.shape))),
    )
  }

  dispose(): void {
    this.variables.forEach((value) => value.dispose())
    this.wordTable.dispose()
  }

  /** The parameter of this name. Throws a RangeError where there is none. */
  get(name: string): Variable {
    const found = this.variables.get(name)
    if (!found) throw new RangeError(`The network has no parameter ${name}.`)
    return found
  }

  private crf(task: string): CrfScores {
    const head = headName(task)
    return {
      transitions: this.get(`${head}.transitions`),
      start: this.get(`${head}.start`),
      end: this.get(`${head}.end`),
    }
  }
}

function requireWeights(specs: ParameterSpec[], weights: Weights): void {
  for (const { name, shape } of specs) {
    const found = weights[name]
    if (!found) throw new RangeError(`The weights lack ${name}.`)
    if (String(found.shape) !== String(shape))
      throw new RangeError(`${name} has shape [${found.shape}], expected [${shape}].`)
  }
}

/**
 * The loss of one batch and its gradients: of the word rows, and of each of `variables`. The caller disposes of them.
 */
export function lossAndGradients(
  loss: () => Tensor,
  wordRows: Tensor,
  variables: Variable[],
): { loss: Tensor; dRows: Tensor; gradients: Tensor[] } {
  const { value, grads } = engine().gradients(loss, [wordRows, ...variables])
  return { loss: value, dRows: grads[0], gradients: grads.slice(1) }
}
