/** Tags sentences in the thread it is in. Batches and decoding are those of the evaluation, so the tags are the ones that were scored. */
import { tidy, type Tensor } from '@tensorflow/tfjs-core'
import { encodeSentences } from '../data/encode.ts'
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { Vocabulary } from '../data/vocabulary.ts'
import type { PackedBatch } from '../nn/batch.ts'
import { crfConfidence, softmaxConfidence } from '../nn/confidence.ts'
import { disposeDeviceMask, makeDeviceMask, Network, type DeviceMask } from '../nn/network.ts'
import { packSplit } from '../training/evaluate.ts'
import type { TaggerModel } from './model.ts'

/** The tags of some sentences for one task, token by token. */
export interface TaskTags {
  task: string
  /** [N] into the task's tagNames. */
  ids: Int32Array
  /** [N] probability of each tag given its sentence; null unless asked for. */
  confidence: Float32Array | null
}

/** A network with its tasks by the mask they are under: one pass of the encoder serves all tasks under the same. */
interface LoadedNetwork {
  network: Network
  groups: { mask: DeviceMask; tasks: string[] }[]
}

export class TaggingEngine {
  private readonly vocabulary: Vocabulary
  private readonly networks: LoadedNetwork[]
  private readonly scratch: Int32Array
  private readonly tasks: string[]

  /** Throws a RangeError where the weights do not fit the shape. */
  constructor({ info, vocabulary, networks }: TaggerModel) {
    this.vocabulary = Vocabulary.fromJSON(vocabulary)
    this.scratch = new Int32Array(vocabulary.words.length).fill(-1)
    this.tasks = info.tasks.map(({ name }) => name)
    this.networks = networks.map(({ shape, weights, tasks }) => {
      const dense = tasks.filter(({ mask }) => mask === null).map(({ name }) => name)
      const masked = tasks.flatMap(({ name, mask }) => (mask === null ? [] : [{ mask: makeDeviceMask(mask), tasks: [name] }]))
      return { network: new Network(shape, weights), groups: [...(dense.length > 0 ? [{ mask: null, tasks: dense }] : []), ...masked] }
    })
  }

  /** All tasks, in the model's order. */
  tag(sentences: string[][], withConfidence: boolean): TaskTags[] {
    const { words, spellings } = encodeSentences(sentences, this.vocabulary)
    return this.tagEncoded({ ...words, tags: new Int32Array(words.words.length) }, spellings, withConfidence)
  }

  /** The same of a split that is encoded by the model's vocabulary. */
  tagEncoded(split: EncodedSplit, spellings: SpellingTable, withConfidence: boolean): TaskTags[] {
    const N = split.words.length
    const tags = new Map(this.tasks.map((task) => [task, { task, ids: new Int32Array(N), confidence: withConfidence ? new Float32Array(N) : null }]))
    for (const batch of packSplit(split, spellings, this.scratch)) {
      for (const loaded of this.networks) this.tagBatch(loaded, batch, tags)
    }
    return [...tags.values()]
  }

  private tagBatch({ network, groups }: LoadedNetwork, batch: PackedBatch, tags: Map<string, TaskTags>): void {
    tidy(() => {
      const wordRows = network.wordTable.read(batch.words)
      for (const { mask, tasks } of groups) {
        const encoded = network.encode(batch, wordRows, mask)
        for (const task of tasks) decodeBatch(network, batch, network.head(encoded, task), tags.get(task)!)
      }
    })
  }

  dispose(): void {
    for (const { network, groups } of this.networks) {
      groups.forEach(({ mask }) => disposeDeviceMask(mask))
      network.dispose()
    }
  }
}

/** Tags and confidences of a batch, put where its tokens are in the split. */
function decodeBatch(network: Network, { batchSizes, tokens }: PackedBatch, scores: Tensor, { task, ids, confidence }: TaskTags): void {
  const values = scores.dataSync<'float32'>()
  const own = network.decode(values, batchSizes, task)
  tokens.forEach((token, row) => (ids[token] = own[row]))
  if (confidence === null) return
  const classes = scores.shape[1]!
  const crf = network.crfArrays(task)
  const sure = crf === null ? softmaxConfidence(values, own, classes) : crfConfidence(values, own, batchSizes, crf, classes)
  tokens.forEach((token, row) => (confidence[token] = sure[row]))
}
