/** Scores a task's subnet on a split. */
import type { EncodedSplit, EncodedTask, SpellingTable } from '../data/types.ts'
import type { CrfArrays } from '../nn/decode.ts'
import { inferenceBatches, type InferenceBatch } from '../nn/inferenceBatch.ts'
import type { DeviceMask, Network } from '../nn/network.ts'
import { confidenceAt, fitTemperature, type ScoredBatch } from '../nn/temperature.ts'
import type { Prediction } from '../../shared/analysis/evaluated.ts'
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

/** Everything that is kept of one evaluation of a trained network. */
export interface DetailedEvaluation {
  score: Score
  /** [S, 3]: see countsBySentence. */
  counts: Int32Array
  /** The predicted tags, how probable they are, and the temperature that `calibrated` was computed with. */
  prediction: Prediction
}

/** The most scores that a temperature is fitted to: 256 MB as float32, and seconds of work. */
const MAX_FITTED_SCORES = 2 ** 23
/** The same with a CRF, where each score of a tag costs as many steps as there are tags. */
const MAX_FITTED_CRF_STEPS = 2 ** 26

/**
 * Scores a split in detail. `temperature` is the one fitted on dev; without it, it is fitted on this split. The tags are
 * those of `evaluate`.
 */
export async function evaluateInDetail(
  network: Network,
  evalSet: EvalSet,
  mask: DeviceMask,
  temperature?: number,
): Promise<DetailedEvaluation> {
  const { task, split, batches } = evalSet
  const N = split.tags.length
  const crf = await network.crfArrays(task.name)
  const groups = [{ mask, tasks: [task.name] }]
  const scored = async (batch: InferenceBatch) => (await network.scoreTasks(batch, groups))[0][1]
  const fitted = temperature ?? (await fitOn(evalSet, crf, scored))
  const prediction: Prediction = {
    tags: new Int32Array(N),
    confidence: new Uint8Array(N),
    calibrated: new Uint8Array(N),
    temperature: fitted,
  }
  for (const batch of batches) {
    const scores = await scored(batch)
    const tags = network.decode(scores, batch.batchSizes, task.name, crf)
    const classes = scores.length / Math.max(1, tags.length)
    const confidence = confidenceAt(1, { scores, ...batch }, tags, crf, classes)
    const calibrated = confidenceAt(fitted, { scores, ...batch }, tags, crf, classes)
    batch.tokens.forEach((token, row) => {
      prediction.tags[token] = tags[row]
      prediction.confidence[token] = Math.round(255 * confidence[row])
      prediction.calibrated[token] = Math.round(255 * calibrated[row])
    })
  }
  const input = scoreInput(evalSet, prediction.tags)
  return { score: scoreTags(input), counts: countsBySentence(input), prediction }
}

/** The temperature that fits a split best; of a large one, every n-th batch. */
async function fitOn(
  { split, batches }: EvalSet,
  crf: CrfArrays | null,
  scored: (batch: InferenceBatch) => Promise<Float32Array>,
): Promise<number> {
  if (batches.length === 0) return 1
  const first = await scored(batches[0])
  const classes = first.length / batches[0].tokens.length
  const work = split.tags.length * classes * (crf === null ? 1 : classes)
  const every = Math.max(1, Math.ceil(work / (crf === null ? MAX_FITTED_SCORES : MAX_FITTED_CRF_STEPS)))
  const sample: ScoredBatch[] = []
  for (const batch of batches.filter((_, i) => i % every === 0)) {
    sample.push({
      scores: await scored(batch),
      gold: batch.tokens.map((token) => split.tags[token]),
      batchSizes: batch.batchSizes,
    })
  }
  return fitTemperature(sample, crf, classes)
}

async function tagged(network: Network, evalSet: EvalSet, mask: DeviceMask): Promise<ScoreInput> {
  return scoreInput(evalSet, await tagSplit(network, evalSet, mask))
}

function scoreInput({ task: { score, scheme, tagNames }, split }: EvalSet, predicted: Int32Array): ScoreInput {
  return { score, scheme, tagNames, sentenceStart: split.sentenceStart, gold: split.tags, predicted }
}
