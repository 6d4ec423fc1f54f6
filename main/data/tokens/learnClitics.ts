/** Learns which clitics are tokens in a corpus: `'s`, `n't`, `l'`, and words that hide one (`cannot`, `dont`). */
import type { TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { APOSTROPHES, isWordKind } from './characters.ts'
import type { Spelling, TrainingTokens } from './spellings.ts'
import { Tally } from './tally.ts'

/** English words whose parts many corpora annotate as two tokens. They count only where the corpus has the parts. */
const CONTRACTIONS = ['can|not', 'gon|na', 'wan|na', 'got|ta', 'gim|me', 'lem|me', 'dun|no', 'let|s', 'here|s']
const SECOND_PARTS = new Set(CONTRACTIONS.map((pair) => pair.split('|')[1]))
/** How much a clitic at the start of a sentence speaks against it: `i'm` is a token that the corpus keeps whole. */
const AT_START = 5
/** Minimum number of words such as `dont` in two tokens; with fewer, there is not enough evidence. */
const LEAST_BARE = 3

/** Endings (`'s`, `n't`) and beginnings (`l'`) with an apostrophe that are tokens. */
export function learnClitics({
  spellings,
  sentences,
}: TrainingTokens): Pick<TokenConventions, 'clitics' | 'proclitics'> {
  const endings = new Tally()
  const beginnings = new Tally()
  for (const words of sentences)
    for (let i = 0; i + 1 < words.length; i++) {
      const [word, next] = [words[i], words[i + 1]]
      if (isWordKind(word.last) && isEnding(next)) endings.add(next.lower, 1, 1)
      if (isWordKind(next.first) && isBeginning(word)) beginnings.add(word.lower, 1, 1)
    }
  const found = { endings: new Set(endings.keys()), beginnings: new Set(beginnings.keys()) }
  for (const [first] of sentences) if (found.endings.has(first?.lower)) endings.add(first.lower, 0, AT_START)
  for (const { lower, count, atoms } of spellings.values())
    for (let a = 1; a + 1 < atoms.length; a++) {
      const { start, end } = atoms[a]
      if (!APOSTROPHES.has(lower.slice(start, end))) continue
      for (const ending of [lower.slice(start), lower.slice(start - 1)])
        if (found.endings.has(ending) && ending.length < lower.length) endings.add(ending, 0, count)
      if (found.beginnings.has(lower.slice(0, end))) beginnings.add(lower.slice(0, end), 0, count)
    }
  return { clitics: endings.split(2, 0.5), proclitics: beginnings.split(5, 0.5) }
}

/** A few letters with an apostrophe before them, or after the first of them: 's, n't. */
function isEnding({ atoms, text, first, last }: Spelling): boolean {
  if (!isWordKind(last) || last === 'D' || first === 'D' || atoms.length !== (first === 'S' ? 2 : 3)) return false
  const { start, end } = atoms[atoms.length - 2]
  return APOSTROPHES.has(text.slice(start, end)) && start <= 1 && text.length - end <= (start === 0 ? 3 : 2)
}

function isBeginning({ atoms, text, first }: Spelling): boolean {
  return atoms.length === 2 && isWordKind(first) && first !== 'D' && APOSTROPHES.has(text.slice(atoms[1].start))
}

/**
 * `cannot` as `can` and `not`; if the corpus splits words such as `dont`, those too, also where it does not have them.
 */
export function learnContractions(training: TrainingTokens, clitics: string[]): TokenConventions['contractions'] {
  const wholes = new Map<string, number>()
  for (const { lower, count, atoms } of training.spellings.values())
    if (atoms.length === 1) wholes.set(lower, (wholes.get(lower) ?? 0) + count)
  const { known, contracted, bare, forms } = countContractions(training, clitics)
  const rules = new Map([...known].filter(([word]) => !wholes.has(word)))
  const evidence = [...contracted.keys()].filter((word) => bare.has(word))
  if (evidence.length >= LEAST_BARE)
    for (const [word, { length, count }] of contracted) {
      // A name with 's has no other clitic, and `bushs` may be anything.
      const verb = word.endsWith('nt') || forms.get(word.slice(0, length))!.size > 1
      if (verb && count >= 3 && (wholes.get(word) ?? 0) <= (bare.get(word) ?? 0)) rules.set(word, length)
    }
  return Object.fromEntries(rules)
}

/**
 * Neighbours that make one word: of CONTRACTIONS, with a clitic (its apostrophe left out), with a clitic that was
 * written without.
 */
function countContractions({ sentences }: TrainingTokens, clitics: string[]) {
  const bareForms = new Map(clitics.map((clitic) => [clitic, withoutApostrophe(clitic)]))
  const bareOnly = new Set(bareForms.values())
  const known = new Map<string, number>()
  const contracted = new Map<string, { length: number; count: number }>()
  const bare = new Map<string, number>()
  const forms = new Map<string, Set<string>>()
  for (const words of sentences)
    for (let i = 0; i + 1 < words.length; i++) {
      const [{ lower, first, atoms }, next] = [words[i], words[i + 1]]
      if (atoms.length !== 1 || first === 'D' || first === 'S') continue
      if (SECOND_PARTS.has(next.lower) && CONTRACTIONS.includes(`${lower}|${next.lower}`))
        known.set(lower + next.lower, lower.length)
      const form = bareForms.get(next.lower)
      if (form !== undefined) {
        const counted = contracted.get(lower + form) ?? { length: lower.length, count: 0 }
        counted.count++
        contracted.set(lower + form, counted)
        forms.set(lower, (forms.get(lower) ?? new Set()).add(form))
      } else if (bareOnly.has(next.lower)) bare.set(lower + next.lower, (bare.get(lower + next.lower) ?? 0) + 1)
    }
  return { known, contracted, bare, forms }
}

const withoutApostrophe = (form: string) =>
  Array.from(form)
    .filter((char) => !APOSTROPHES.has(char))
    .join('')
