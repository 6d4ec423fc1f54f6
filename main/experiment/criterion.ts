/** The pruning criterion of a run: what a weight's score is, by which a round prunes. */
import type { Mask } from '../../shared/network/mask.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { Weights } from '../nn/network.ts'
import { magnitudeScores } from '../pruning/criteria/magnitude.ts'
import { randomScores } from '../pruning/criteria/random.ts'
import type { Needs } from './context.ts'
import { roundSpec } from './specs.ts'

/** Scores by layer name; pruning removes those of the lowest magnitude. */
export type Criterion = (thetaK: Weights) => ArrayBundle

/** The criterion that `imp.criterion` names, for one task. `dense`: M_t^0. */
export async function criterionFor(
  { config, data, trainings }: Needs<'config' | 'data' | 'trainings'>,
  task: string,
  dense: Mask,
): Promise<Criterion> {
  switch (config.imp.criterion) {
    case 'magnitude':
      return magnitudeScores
    case 'random': {
      const scores = randomScores(dense.layers, config.seed, task)
      return () => scores
    }
    case 'snip': {
      const scores = await trainings.saliency(roundSpec(config, data, { phase: 'imp', task, round: 0 }, dense))
      return () => scores
    }
  }
}
