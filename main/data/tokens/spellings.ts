/** The training tokens as the learner of token conventions sees them. */
import type { ColumnTable } from '../columns.ts'
import { atomsOf, type Atom, type Kind } from './characters.ts'

export type TokenTable = Pick<ColumnTable, 'words' | 'sentenceStart'>

/** One spelling of the training tokens. */
export interface Spelling {
  text: string
  lower: string
  /** How often it occurs. */
  count: number
  atoms: Atom[]
  /** Kind of its first and of its last character. */
  first: Kind
  last: Kind
}

export interface TrainingTokens {
  spellings: Map<string, Spelling>
  sentences: Spelling[][]
}

/** Tokens sampled per corpus; more add little and delay the creation of a run. */
const MOST_TOKENS = 1_000_000

export function trainingTokens(tables: readonly TokenTable[]): TrainingTokens {
  const spellings = new Map<string, Spelling>()
  const sentences: Spelling[][] = []
  for (const { words, sentenceStart } of tables) {
    const own: Spelling[] = []
    for (let s = 0; s + 1 < sentenceStart.length && sentenceStart[s] < MOST_TOKENS; s++) {
      const sentence: Spelling[] = []
      for (let n = sentenceStart[s]; n < sentenceStart[s + 1]; n++) {
        const id = words.ids[n]
        const spelling = (own[id] ??= spellingOf(words.names[id], spellings))
        spelling.count++
        sentence.push(spelling)
      }
      sentences.push(sentence)
    }
  }
  return { spellings, sentences }
}

function spellingOf(text: string, all: Map<string, Spelling>): Spelling {
  const known = all.get(text)
  if (known !== undefined) return known
  const atoms = atomsOf(text)
  const spelling = {
    text,
    lower: text.toLowerCase(),
    count: 0,
    atoms,
    first: atoms[0]?.kind ?? 'S',
    last: atoms.at(-1)?.kind ?? 'S',
  }
  all.set(text, spelling)
  return spelling
}
