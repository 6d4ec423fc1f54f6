/** The score of a task's subnet on a split. */
import type { EncodedSplit, EncodedTask, SpellingTable } from '../data/types.ts'
import { packBatch, sentencesByLength, type PackedBatch } from '../nn/batch.ts'
import type { DeviceMask, Network } from '../nn/network.ts'
import { countsBySentence, scoreTags, type ScoreInput } from '../../shared/scoring.ts'
import type { Score } from '../../shared/training.ts'

/** Sentences at once: wide enough for the kernels, small enough for the caches. */
const SENTENCES = 32

/** A split packed once, to be tagged again and again. */
export interface Exam {
  task: Pick<EncodedTask, 'name' | 'score' | 'scheme' | 'tagNames'>
  split: EncodedSplit
  batches: PackedBatch[]
}

/** A split in batches for prediction, sentences of like length together, one after the other. `scratch`: see packBatch. */
export function* packSplit(split: EncodedSplit, spellings: SpellingTable, scratch: Int32Array): Generator<PackedBatch> {
  const order = sentencesByLength(split)
  for (let from = 0; from < order.length; from += SENTENCES) yield packBatch(split, spellings, order.slice(from, from + SENTENCES), scratch)
}

/** Packs a split for evaluation. */
export function makeExam(task: Exam['task'], split: EncodedSplit, spellings: SpellingTable, scratch: Int32Array): Exam {
  return { task, split, batches: [...packSplit(split, spellings, scratch)] }
}

/** Predicted tag ids [N] of the whole split, in its own token order. */
export async function tagSplit(network: Network, { task, split, batches }: Exam, mask: DeviceMask): Promise<Int32Array> {
  const predicted = new Int32Array(split.tags.length)
  for (const batch of batches) {
    const tags = await network.predict(batch, task.name, mask)
    batch.tokens.forEach((token, row) => (predicted[token] = tags[row]))
  }
  return predicted
}

/** Accuracy or span F1 (conlleval counting), in percent. The network's word table must be settled. */
export async function evaluate(network: Network, exam: Exam, mask: DeviceMask): Promise<Score> {
  return scoreTags(await tagged(network, exam, mask))
}

/** The score, and what it is made of sentence by sentence (see countsBySentence). */
export async function examine(network: Network, exam: Exam, mask: DeviceMask): Promise<{ score: Score; counts: Int32Array }> {
  const input = await tagged(network, exam, mask)
  return { score: scoreTags(input), counts: countsBySentence(input) }
}

async function tagged(network: Network, exam: Exam, mask: DeviceMask): Promise<ScoreInput> {
  const { score, scheme, tagNames } = exam.task
  const { sentenceStart, tags } = exam.split
  return { score, scheme, tagNames, sentenceStart, gold: tags, predicted: await tagSplit(network, exam, mask) }
}
