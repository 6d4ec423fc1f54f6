/** The score of a task's subnet on a split. */
import type { EncodedSplit, EncodedTask, SpellingTable } from '../data/types.ts'
import { inferenceBatches, type InferenceBatch } from '../nn/inferenceBatch.ts'
import type { DeviceMask, Network } from '../nn/network.ts'
import { countsBySentence, scoreTags, type ScoreInput } from '../../shared/tags/scoring.ts'
import type { Score } from '../../shared/runs/training.ts'

/** A split packed once, to be tagged again and again. */
export interface Exam {
  task: Pick<EncodedTask, 'name' | 'score' | 'scheme' | 'tagNames'>
  split: EncodedSplit
  batches: InferenceBatch[]
}

/** Packs a split for evaluation. */
export function makeExam(task: Exam['task'], split: EncodedSplit, spellings: SpellingTable): Exam {
  return { task, split, batches: [...inferenceBatches(split, spellings)] }
}

/** Predicted tag ids [N] of the whole split, in its own token order. */
export async function tagSplit(
  network: Network,
  { task, split, batches }: Exam,
  mask: DeviceMask,
): Promise<Int32Array> {
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
export async function examine(
  network: Network,
  exam: Exam,
  mask: DeviceMask,
): Promise<{ score: Score; counts: Int32Array }> {
  const input = await tagged(network, exam, mask)
  return { score: scoreTags(input), counts: countsBySentence(input) }
}

async function tagged(network: Network, exam: Exam, mask: DeviceMask): Promise<ScoreInput> {
  const { score, scheme, tagNames } = exam.task
  const { sentenceStart, tags } = exam.split
  return { score, scheme, tagNames, sentenceStart, gold: tags, predicted: await tagSplit(network, exam, mask) }
}
