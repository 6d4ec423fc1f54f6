/** What reads the stored results of a run: weights, masks, candidates. */
import { density, keptCount, type Mask } from '../../shared/network/mask.ts'
import type { Candidate } from '../../shared/runs/report.ts'
import { trainingKey, type TrainingId, type TrainingResult } from '../../shared/runs/training.ts'
import type { Weights } from '../nn/network.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { TRAINING_ARTIFACTS } from '../store/artifacts.ts'
import type { RoundId } from './specs.ts'
import type { Store } from '../store/types.ts'

/** All methods throw an Error that names what the run lacks. */
export interface StoredResults {
  /** The result of a finished training. */
  resultOf(id: TrainingId): TrainingResult
  /** The weights of a finished training. */
  weightsOf(id: TrainingId): Weights
  /** M_t^z of a task. */
  mask(task: string, round: number): Mask
  /** A round of IMP as a candidate for the task's subnet. */
  candidate(id: RoundId, result: TrainingResult): Candidate
  /** Dev score of a task's round after each epoch, in percent. */
  devScores(id: TrainingId): number[]
  /**
   * Keeps the weights of the dense round (the single-task baseline) and of the best candidate so far (the subnet) and
   * drops the others: with their word vectors, twenty rounds of weights would be most of the database. All masks stay.
   */
  dropUnusedWeights(task: string, candidates: Candidate[]): void
}

export function storedResults(store: Store, runId: string): StoredResults {
  const { keep } = store.getRun(runId).config.optimizer
  function mask(task: string, round: number): Mask {
    const found = store.loadMask(runId, task, round)
    if (!found) throw new Error(`The run has no mask of ${task} in round ${round}.`)
    return found
  }

  return {
    mask,

    resultOf(id) {
      const result = store.training(runId, id)?.result
      if (!result) throw new Error(`The run has no result of ${trainingKey(id)}.`)
      return result
    },

    weightsOf(id) {
      const weights = store.loadArtifact(runId, id, TRAINING_ARTIFACTS.bestWeights)
      if (!weights) throw new Error(`The run has no weights of ${trainingKey(id)}.`)
      return weights
    },

    candidate({ phase, task, round }, result) {
      const found = mask(task, round)
      const measured = { round, density: density(found), kept: keptCount(found), dev: result.dev[task] }
      return phase === 'search' ? { ...measured, searchOnly: true } : measured
    },

    devScores(id) {
      return store.epochMetrics(runId, id).map(({ dev }) => dev[id.task!].value)
    },

    dropUnusedWeights(task, candidates) {
      const best = chooseTicket(candidates, keep).round
      for (const { round, searchOnly } of candidates) {
        if (round === 0 || round === best || searchOnly) continue
        store.saveArtifact(runId, { phase: 'imp', task, round }, TRAINING_ARTIFACTS.bestWeights, null)
      }
    },
  }
}
