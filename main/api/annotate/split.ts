/** Splits the sentences of a separate corpus into train, dev and test. */
import { deriveKey, permutation } from '../../../shared/util/random.ts'
import type { Split } from '../../../shared/protocol/requests/datasets.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import { keyOf } from './base.ts'

/**
 * A random split that is always the same for the same sentences. A fraction above 0 gives at least one sentence, as
 * long as one is left for train. Sentences with the same words stay together, so that none is both trained on and
 * scored; where there are enough documents, whole documents do. The order within each split is kept.
 */
export function splitDecided(
  decided: readonly DecidedSentence[],
  fractions: { dev: number; test: number },
): Record<Split, DecidedSentence[]> {
  const byDocument = groupsByDocument(decided)
  const groupOf = ({ sentence, document }: DecidedSentence) =>
    byDocument && document !== null ? `document ${document}` : keyOf(sentence.words)
  const groups = [...Map.groupBy(decided, groupOf).keys()]
  const order = permutation(groups.length, deriveKey(0, 'corrections', groups.length))
  const count = (fraction: number, left: number) =>
    fraction === 0 ? 0 : Math.min(Math.max(1, Math.round(fraction * groups.length)), left)
  const dev = count(fractions.dev, groups.length - 1)
  const test = count(fractions.test, groups.length - 1 - dev)
  const splitOf = new Map(
    Array.from(order, (g, i): [string, Split] => [groups[g], i < dev ? 'dev' : i < dev + test ? 'test' : 'train']),
  )
  const of = (split: Split) => decided.filter((one) => splitOf.get(groupOf(one)) === split)
  return { train: of('train'), dev: of('dev'), test: of('test') }
}

/** With fewer documents a part would be one or two of them. */
const MIN_DOCUMENTS = 10

/** Whether a split keeps whole documents together. */
export function groupsByDocument(decided: readonly DecidedSentence[]): boolean {
  return new Set(decided.flatMap(({ document }) => document ?? [])).size >= MIN_DOCUMENTS
}
