/** Creates the tokeniser for text: by the plain rules, or by the conventions of a training corpus. */
import type { TokenConventions, Tokenisation } from '../../../shared/tags/tokenConventions.ts'
import { CorpusTokeniser } from './corpusTokeniser.ts'
import { plainOffsets } from './plain.ts'
import type { Tokeniser } from './types.ts'

export type { Tokeniser }

export const plainTokeniser: Tokeniser = { offsets: plainOffsets, endsSentence: () => false }

/** Throws an Error if corpus tokens are requested but were not recorded. */
export function tokeniserFor(conventions: TokenConventions | null, wanted: Tokenisation = 'auto'): Tokeniser {
  if (wanted === 'plain' || (wanted === 'auto' && conventions === null)) return plainTokeniser
  if (conventions === null)
    throw new Error(
      'how the training corpus splits text into tokens was not recorded with this model, because an earlier version ' +
        'trained it; expected --tokens auto or plain',
    )
  return new CorpusTokeniser(conventions)
}
