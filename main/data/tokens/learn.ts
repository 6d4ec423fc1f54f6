/**
 * Token conventions from the training tokens of a run. No raw text is needed: a sign found inside tokens is kept
 * together, and a sign that is a token of its own, between words that a text would write against it, is split off.
 */
import type { TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { isAddress } from './characters.ts'
import { CorpusTokeniser } from './corpusTokeniser.ts'
import { learnClitics, learnContractions } from './learnClitics.ts'
import { learnDots } from './learnDots.ts'
import { learnSigns } from './learnSigns.ts'
import { trainingTokens, type Spelling, type TokenTable, type TrainingTokens } from './spellings.ts'

/** Conventions of the training splits of a run, of all corpora together. */
export function learnConventions(tables: readonly TokenTable[]): TokenConventions {
  const training = trainingTokens(tables)
  const { clitics, proclitics } = learnClitics(training)
  const rules = {
    version: 1 as const,
    tokens: training.sentences.reduce((sum, { length }) => sum + length, 0),
    scripts: scriptsOf(training),
    clitics,
    proclitics,
    contractions: learnContractions(training, clitics),
    ...learnSigns(training, new Set(clitics)),
    ...learnDots(training),
  }
  return { ...rules, whole: learnWhole(training, rules) }
}

/**
 * Least share of the words of a script among all words: a name in Cyrillic does not make an English corpus a Russian
 * one.
 */
const SCRIPT_SHARE = 0.02

function scriptsOf({ spellings }: TrainingTokens): string {
  const counts = new Map<string, number>()
  let all = 0
  for (const { first, count } of spellings.values()) {
    if (first === 'D' || first === 'S') continue
    counts.set(first, (counts.get(first) ?? 0) + count)
    all += count
  }
  return [...counts].flatMap(([kind, count]) => (count >= SCRIPT_SHARE * all ? [kind] : [])).join('')
}

/** Tokens with a sign that the other rules would split, unless the corpus has the same text split more often. */
function learnWhole(training: TrainingTokens, rules: Omit<TokenConventions, 'whole'>): string[] {
  const candidates = new Map(
    [...training.spellings].filter(
      ([text, { atoms }]) =>
        atoms.length > 1 && atoms.some(({ kind }) => kind === 'S') && !isAddress(text) && !isDotted(text),
    ),
  )
  const apart = countConcatenations(training.sentences, candidates)
  const tokeniser = new CorpusTokeniser({ ...rules, whole: [] })
  const endsInClitic = (word: string) => rules.clitics.some((clitic) => word.endsWith(clitic) && word !== clitic)
  return [...candidates]
    .filter(([text, { count, lower }]) => {
      const other = apart.get(text) ?? 0
      // A single "company's" as one token is an annotation error.
      const enough = endsInClitic(lower) ? count >= 3 && count > other : count >= other
      return enough && tokeniser.offsets(text).length !== 2
    })
    .map(([text]) => text)
}

/** A word and its dot: see learnDots. */
const isDotted = (text: string) => /^(?:[\p{L}\p{M}\p{N}]+|(?:\p{L}\.)+\p{L})\.$/u.test(text)

/** How often neighbouring tokens put together are the text of a wanted token. */
function countConcatenations(sentences: Spelling[][], wanted: ReadonlyMap<string, Spelling>): Map<string, number> {
  const beginnings = new Set<string>()
  for (const { text, atoms } of wanted.values()) for (const { end } of atoms) beginnings.add(text.slice(0, end))
  const counts = new Map<string, number>()
  for (const words of sentences)
    for (let i = 0; i < words.length; i++) {
      let { text } = words[i]
      for (let k = i + 1; k < words.length && beginnings.has(text); k++) {
        text += words[k].text
        if (wanted.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1)
      }
    }
  return counts
}
