/** Evaluations made by hand. */
import type { EvaluatedSplit } from '../../../shared/analysis/evaluated.ts'
import { intern } from '../../../shared/tags/tags.ts'

/** Gold and predicted tags of sentences, separated by blanks, as arrays. */
export function evaluatedOf(
  kind: 'span' | 'token',
  sentences: readonly (readonly [gold: string, predicted: string])[],
): { evaluated: EvaluatedSplit; predicted: Int32Array } {
  const golds = sentences.map(([gold]) => gold.split(' '))
  const guesses = sentences.map(([, predicted]) => predicted.split(' '))
  const { names, ids } = intern([...golds.flat(), ...guesses.flat()])
  const tokens = golds.flat().length
  const sentenceStart = new Int32Array(sentences.length + 1)
  golds.forEach((tags, s) => (sentenceStart[s + 1] = sentenceStart[s] + tags.length))
  return {
    evaluated: {
      task: 'hand',
      split: 'test',
      kind,
      score: kind === 'span' ? 'spanF1' : 'accuracy',
      scheme: kind === 'span' ? 'IOB2' : null,
      tagNames: names,
      sentenceStart,
      gold: ids.slice(0, tokens),
      traits: new Uint8Array(tokens),
    },
    predicted: ids.slice(tokens),
  }
}
