/** Corrected sentences as a corpus of their own: which are to train on, which to choose and to test by. */
import { deriveKey, permutation } from '../../../shared/util/random.ts'
import type { Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/corrections/types.ts'
import { keyOf } from './base.ts'

/**
 * Drawn at random, always the same for the same sentences; one each at least where a fraction is above 0, as long as one is left to train
 * on. Sentences of the same words stay together, so that none is trained on and scored. In each split the order stays.
 */
export function splitDecided(
  decided: readonly DecidedSentence[],
  fractions: { dev: number; test: number },
): Record<Split, DecidedSentence[]> {
  const groups = [...Map.groupBy(decided, ({ sentence }) => keyOf(sentence.words)).keys()]
  const order = permutation(groups.length, deriveKey(0, 'corrections', groups.length))
  const count = (fraction: number, left: number) =>
    fraction === 0 ? 0 : Math.min(Math.max(1, Math.round(fraction * groups.length)), left)
  const dev = count(fractions.dev, groups.length - 1)
  const test = count(fractions.test, groups.length - 1 - dev)
  const splitOf = new Map(
    Array.from(order, (g, i): [string, Split] => [groups[g], i < dev ? 'dev' : i < dev + test ? 'test' : 'train']),
  )
  const of = (split: Split) => decided.filter(({ sentence }) => splitOf.get(keyOf(sentence.words)) === split)
  return { train: of('train'), dev: of('dev'), test: of('test') }
}
