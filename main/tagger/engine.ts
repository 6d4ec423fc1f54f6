/**
 * Tags sentences in the current thread. Batches and decoding are those of the evaluation, so the tags are the ones that
 * were scored.
 */
import type { TaggedTask } from '../../shared/tags/tagging.ts'
import { encodeSentences } from '../data/encode.ts'
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { Vocabulary } from '../data/vocabulary.ts'
import { inferenceBatches, type InferenceBatch } from '../nn/inferenceBatch.ts'
import { confidenceAt } from '../nn/temperature.ts'
import { disposeDeviceMask, makeDeviceMask, Network, type DeviceMask } from '../nn/network.ts'
import { layersBeneath, type NetworkShape } from '../nn/parameters.ts'
import type { TaggerModel, TaggerNetwork } from './model.ts'
import { shownTags } from './shownTags.ts'

/** The tags of some sentences for one task, token by token. */
export interface TaskTags {
  task: string
  /** [N] into the task's tagNames. */
  ids: Int32Array
  /**
   * [N] probability, given its sentence, of each tag as it is shown: after an ill-formed sequence of span tags was
   * repaired in the scheme of the task. Null unless asked for.
   */
  confidence: Float32Array | null
}

/** A network with its tasks, grouped by the encoder pass that serves them. */
interface LoadedNetwork {
  network: Network
  groups: { mask: DeviceMask; tasks: string[] }[]
}

export class TaggingEngine {
  private readonly vocabulary: Vocabulary
  private readonly networks: LoadedNetwork[]
  private readonly described: Map<string, TaggedTask>
  private readonly temperatures: Map<string, number>

  /** Throws a RangeError if the weights do not fit the shape. */
  constructor({ info, vocabulary, networks }: TaggerModel) {
    this.vocabulary = Vocabulary.fromJSON(vocabulary)
    this.described = new Map(info.tasks.map((task) => [task.name, task]))
    this.temperatures = new Map(
      networks.flatMap(({ tasks }) => tasks.map(({ name, temperature }) => [name, temperature ?? 1] as const)),
    )
    this.networks = networks.map(({ shape, weights, tasks }) => ({
      network: new Network(shape, weights),
      groups: groupTasks(shape, tasks),
    }))
  }

  /** Tags for all tasks, in the order of the model. */
  tag(sentences: string[][], withConfidence: boolean): Promise<TaskTags[]> {
    const { words, spellings } = encodeSentences(sentences, this.vocabulary)
    return this.tagEncoded({ ...words, tags: new Int32Array(words.words.length) }, spellings, withConfidence)
  }

  /** The same for a split that was encoded with the vocabulary of the model. */
  async tagEncoded(split: EncodedSplit, spellings: SpellingTable, withConfidence: boolean): Promise<TaskTags[]> {
    const N = split.words.length
    const tags = new Map(
      Array.from(this.described.keys(), (task) => [
        task,
        { task, ids: new Int32Array(N), confidence: withConfidence ? new Float32Array(N) : null },
      ]),
    )
    for (const batch of inferenceBatches(split, spellings)) {
      for (const { network, groups } of this.networks) {
        for (const [task, scores] of await network.scoreTasks(batch, groups))
          await decodeBatch(network, batch, scores, tags.get(task)!, {
            described: this.described.get(task)!,
            temperature: this.temperatures.get(task) ?? 1,
          })
      }
    }
    return [...tags.values()]
  }

  dispose(): void {
    for (const { network, groups } of this.networks) {
      groups.forEach(({ mask }) => disposeDeviceMask(mask))
      network.dispose()
    }
  }
}

/** Unmasked tasks that read the same layers share a pass. With soft sharing every task has its own BiLSTMs. */
function groupTasks(shape: NetworkShape, tasks: TaggerNetwork['tasks']): LoadedNetwork['groups'] {
  const pass = ({ name, mask }: TaggerNetwork['tasks'][number]) =>
    mask !== null || shape.soft ? name : `layers ${layersBeneath(shape, name)}`
  return [...Map.groupBy(tasks, pass).values()].map((group) => ({
    mask: group[0].mask && makeDeviceMask(group[0].mask),
    tasks: group.map(({ name }) => name),
  }))
}

/** Writes the tags and confidences of a batch to the positions of its tokens in the split. */
async function decodeBatch(
  network: Network,
  { batchSizes, tokens }: InferenceBatch,
  scores: Float32Array,
  { task, ids, confidence }: TaskTags,
  { described, temperature }: { described: TaggedTask; temperature: number },
): Promise<void> {
  const crf = await network.crfArrays(task)
  const own = network.decode(scores, batchSizes, task, crf)
  tokens.forEach((token, row) => (ids[token] = own[row]))
  if (confidence === null) return
  const classes = scores.length / own.length
  const shown = shownTags(described, own, batchSizes)
  const sure = confidenceAt(temperature, { scores, batchSizes }, shown, crf, classes)
  tokens.forEach((token, row) => (confidence[token] = sure[row]))
}
