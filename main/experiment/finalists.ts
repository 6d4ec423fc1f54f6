/**
 * The end of a search for masks: the best candidates are trained as long as the dense round, because only then can
 * their dev scores be compared with it and with each other (step 6 of Algorithm 1).
 */
import type { Candidate } from '../../shared/runs/report.ts'
import { chooseFinalists } from '../pruning/finalists.ts'
import type { Needs } from './context.ts'
import { roundSpec } from './specs.ts'

/** Trains the finalists of a task. Returns all candidates; those that can be chosen are no longer `searchOnly`. */
export async function trainFinalists(
  { config, data, trainings, results }: Needs<'config' | 'data' | 'trainings' | 'results'>,
  task: string,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const searched = candidates
    .filter(({ searchOnly }) => searchOnly === true)
    .map((candidate) => ({
      candidate,
      dev: results.devScores({ phase: 'search', task, round: candidate.round }),
    }))
  const rounds = chooseFinalists(searched, config.imp.finalists)
  const trained: Candidate[] = []
  // One after the other: other tasks have theirs at the same time.
  for (const round of rounds) {
    const id = { phase: 'imp', task, round } as const
    const result = await trainings.train(roundSpec(config, data, id, results.mask(task, round)))
    trained.push(results.candidate(id, result))
    results.dropUnusedWeights(task, [...candidates.filter(({ searchOnly }) => searchOnly !== true), ...trained])
  }
  return candidates.map((candidate) => trained.find(({ round }) => round === candidate.round) ?? candidate)
}
