/** Scores a task's subnet on a split. */
import type { EncodedSplit, EncodedTask, SpellingTable } from '../data/types.ts'
import { inferenceBatches, type InferenceBatch } from '../nn/inferenceBatch.ts'
import type { DeviceMask, Network } from '../nn/network.ts'
import { countsBySentence, scoreTags, type ScoreInput } from '../../shared/tags/scoring.ts'
import type { Score } from '../../shared/runs/training.ts'

/** A split packed into batches once, to be evaluated many times. */
export interface EvalSet {
  task: Pick<EncodedTask, 'name' | 'score' | 'scheme' | 'tagNames'>
  split: EncodedSplit
  batches: InferenceBatch[]
}

/** Packs a split for evaluation. */
export function makeEvalSet(task: EvalSet['task'], split: EncodedSplit, spellings: SpellingTable): EvalSet {
  return { task, split, batches: [...inferenceBatches(split, spellings)] }
}

/** Predicted tag ids [N] of the whole split, in its token order. */
export async function tagSplit(
  network: Network,
  { task, split, batches }: EvalSet,
  mask: DeviceMask,
): Promise<Int32Array> {
  const predicted = new Int32Array(split.tags.length)
  for (const batch of batches) {
    const tags = await network.predict(batch, task.name, mask)
    batch.tokens.forEach((token, row) => (predicted[token] = tags[row]))
  }
  return predicted
}

/** Accuracy or span F1 (conlleval counting), in percent. The rows of the network's word table must be caught up. */
export async function evaluate(network: Network, evalSet: EvalSet, mask: DeviceMask): Promise<Score> {
  return scoreTags(await tagged(network, evalSet, mask))
}

/** The score, and the counts of each sentence that it is made of (see countsBySentence). */
export async function evaluateWithCounts(
  network: Network,
  evalSet: EvalSet,
  mask: DeviceMask,
): Promise<{ score: Score; counts: Int32Array }> {
  const input = await tagged(network, evalSet, mask)
  return { score: scoreTags(input), counts: countsBySentence(input) }
}

async function tagged(network: Network, evalSet: EvalSet, mask: DeviceMask): Promise<ScoreInput> {
  const { score, scheme, tagNames } = evalSet.task
  const { sentenceStart, tags } = evalSet.split
  return { score, scheme, tagNames, sentenceStart, gold: tags, predicted: await tagSplit(network, evalSet, mask) }
}
