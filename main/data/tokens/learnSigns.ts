/**
 * Learns which signs inside, before and after words a corpus splits off: hyphens, slashes, currencies, percent,
 * brackets.
 */
import type { TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { CLOSING, isAddress, isWordKind, OPENING, type Kind } from './characters.ts'
import type { Spelling, TrainingTokens } from './spellings.ts'
import { Tally } from './tally.ts'

/**
 * Tokens that stand apart may have been written with spaces (`SOCCER - JAPAN`); a token that holds together counts for
 * three.
 */
const SPACED = 3
/** Signs that make a word of what follows (`@name`, `#tag`); before another word a text writes a space. */
const LABELS = new Set(['@', '#'])
/** Signs that keep together with the word before them in single words only (`Yahoo!`, `&amp;`). */
const PUNCTUATION = new Set(Array.from('.,;:!?)]}'))
/** Hours, whose letters are words too. */
const HOURS = new Set(['am', 'pm'])
/** Least share of a unit's occurrences that follow a number: `km` is one, `to` is not. */
const AFTER_NUMBERS = 0.3

type SignRules = Pick<TokenConventions, 'infixes' | 'prefixes' | 'suffixes' | 'pairs' | 'units'>
type Tallies = Record<'left' | 'right' | 'kinds' | 'prefixes' | 'suffixes' | 'pairs' | 'units', Tally>

export function learnSigns({ spellings, sentences }: TrainingTokens, clitics: ReadonlySet<string>): SignRules {
  const tallies: Tallies = {
    left: new Tally(),
    right: new Tally(),
    kinds: new Tally(),
    prefixes: new Tally(),
    suffixes: new Tally(),
    pairs: new Tally(),
    units: new Tally(),
  }
  for (const spelling of spellings.values()) countInside(spelling, tallies, clitics)
  for (const words of sentences)
    for (let i = 0; i + 1 < words.length; i++) countBetween(words[i], words[i + 1], words[i + 2], tallies)
  const isUnit = (unit: string) =>
    HOURS.has(unit) || tallies.units.apart(unit) >= AFTER_NUMBERS * (spellings.get(unit)?.count ?? Infinity)
  return {
    infixes: {
      // Separate tokens are no evidence, because they may have been written with spaces.
      left: tallies.left.together(2, 0.75),
      right: tallies.right.together(2, 0.75),
      kinds: Object.fromEntries(tallies.kinds.decided(3, 0.5, SPACED)),
    },
    prefixes: Object.fromEntries(tallies.prefixes.decided(3, 0.5)),
    suffixes: Object.fromEntries(tallies.suffixes.decided(3, 0.6)),
    pairs: Object.fromEntries(tallies.pairs.decided(3, 0.5)),
    units: tallies.units.split(2, 0.8).filter(isUnit),
  }
}

/** What one token keeps together. */
function countInside({ text, lower, count, atoms }: Spelling, tallies: Tallies, clitics: ReadonlySet<string>): void {
  if (isAddress(text)) return
  const of = (a: number) => lower.slice(atoms[a].start, atoms[a].end)
  for (let a = 0; a < atoms.length; a++) {
    const before = a > 0 ? atoms[a - 1].kind : null
    const after = a + 1 < atoms.length ? atoms[a + 1].kind : null
    if (isWordKind(atoms[a].kind)) {
      if (before === 'D') tallies.units.add(of(a), 0, count)
      continue
    }
    const sign = of(a)
    const wordBefore = before !== null && isWordKind(before)
    const wordAfter = after !== null && isWordKind(after)
    if (after === 'S' && !(sign === '.' && wordBefore)) tallies.pairs.add(sign + of(a + 1), 0, count)
    if (wordBefore && wordAfter) {
      if (before !== 'D') tallies.left.add(of(a - 1) + sign, 0, count)
      if (after !== 'D') tallies.right.add(sign + of(a + 1), 0, count)
      tallies.kinds.add(before + sign + after, 0, count)
    } else if (wordAfter && before === null && !clitics.has(lower)) tallies.prefixes.add(sign + after, 0, count)
    else if (wordBefore && after === null && !PUNCTUATION.has(sign)) tallies.suffixes.add(before + sign, 0, count)
  }
}

/** Counts splits between neighbouring tokens that a text would write without a space. */
function countBetween(word: Spelling, next: Spelling, third: Spelling | undefined, tallies: Tallies): void {
  if (isSign(next)) {
    if (isWordKind(word.last)) {
      if (CLOSING.has(next.text)) tallies.suffixes.add(word.last + next.text, 1, 1)
      else if (third !== undefined && isWordKind(third.first) && !OPENING.has(next.text))
        countInfix(word, next.text, third, tallies)
    }
  } else if (word.last === 'D' && next.atoms.length === 1 && next.first !== 'D') tallies.units.add(next.lower, 1, 1)
  if (isSign(word) && isWordKind(next.first) && isWrittenBefore(word.text, next.first))
    tallies.prefixes.add(word.text + next.first, 1, 1)
  if (word.last === 'S' && next.first === 'S')
    tallies.pairs.add(word.text.slice(word.atoms.at(-1)!.start) + next.text.slice(0, next.atoms[0].end), 1, 1)
}

const isSign = ({ atoms, first }: Spelling) => atoms.length === 1 && first === 'S'

/** Whether a text writes the sign against a word after it. */
const isWrittenBefore = (sign: string, kind: Kind) =>
  OPENING.has(sign) || !(CLOSING.has(sign) || (LABELS.has(sign) && kind !== 'D'))

function countInfix(word: Spelling, sign: string, next: Spelling, { left, right, kinds }: Tallies): void {
  if (word.last !== 'D') left.add(word.lower.slice(word.atoms.at(-1)!.start) + sign, 1, 1)
  if (next.first !== 'D') right.add(sign + next.lower.slice(0, next.atoms[0].end), 1, 1)
  kinds.add(word.last + sign + next.first, 1, 1)
}
