/**
 * Notations of span tags. The program uses letter-TYPE in one of four schemes (tags.ts); corpora also use B_PER,
 * b-per, M-PER, PER-B, or the bare type. This module detects the notation of a column and normalises its names. No
 * Node, no DOM.
 */
import { detectScheme, schemeEvidence, type SchemeEvidence } from './schemes.ts'
import type { TagScheme } from './tags.ts'

/**
 * standard: B-PER, O. prefix: another case (b-per, o), separator (B_PER) or letter (BMES: M is inside; BMEWO: W is
 * single). suffix: PER-B. bare: the type alone; a run of one type is one span.
 */
export type Notation = 'standard' | 'prefix' | 'suffix' | 'bare'

/** CoNLL-U's mark for a missing value; among span tags it means O. */
const MISSING = '_'
const PREFIXED = /^([BIESLUMW])(?:[-_](.*))?$/is
const SUFFIXED = /^(.*)[-_]([BIESLUMW])$/is
const EMPTY_TYPE = /^(?:[BIESLUMW][-_]+|[-_]+[BIESLUMW])$/i
/** A span tag with a type. Excludes XPOS tags such as `S----3MS2-`. */
const TYPED = /^(?:[BIESLUMW][-_][^-_]|.*[^-_][-_][BIESLUMW]$)/is
/** `(PERSON*`, `*)`, `(1-person-new`, `4)`. */
const BRACKETS = /^(?:\(\S*|\S*\)|\*)$/
const LETTERS: Record<string, string> = { M: 'I', W: 'S' }
/** Tags that fit no scheme are annotation errors if their share of the tokens is below this. */
export const STRAY_SHARE = 0.05
/** A column with more names than this is not a set of types. */
const MAX_TYPES = 400

/** The result of reading a column as span tags. */
export interface SpanReading {
  notation: Notation
  /** The column's names in standard notation; names that are not span tags are unchanged. */
  names: string[]
  evidence: SchemeEvidence
  /** Null if the tags cannot be spans. */
  scheme: TagScheme | null
}

/** Whether a span tag has a separator and no type: `B-`, `I--`, `-B`. A bare `B` has the single unnamed type. */
export function hasEmptyType(tag: string): boolean {
  return EMPTY_TYPE.test(tag)
}

/** Converts names to standard notation. */
export function inStandardNotation(names: readonly string[], notation: Notation): string[] {
  const rewrite = REWRITE[notation]
  return names.map((name) => (name === MISSING || name === 'O' ? 'O' : rewrite(name)))
}

const REWRITE: Record<Notation, (name: string) => string> = {
  standard: (name) => name,
  prefix: (name) => {
    if (name === 'o') return 'O'
    const [, letter, type] = PREFIXED.exec(name) ?? []
    return letter === undefined ? name : tagOf(letter, type)
  },
  suffix: (name) => {
    if (name === 'o') return 'O'
    const [, type, letter] = SUFFIXED.exec(name) ?? []
    return letter === undefined ? name : tagOf(letter, type)
  },
  bare: (name) => (name === 'o' ? 'O' : `I-${name}`),
}

function tagOf(letter: string, type: string | undefined): string {
  const upper = letter.toUpperCase()
  return `${LETTERS[upper] ?? upper}${type === undefined ? '' : `-${type}`}`
}

/**
 * Reads a column (ids [N] into names, sentenceStart [S + 1]) as span tags, in the first notation that fits every tag,
 * else in the one with the fewest stray tokens. Bare types require that O is the most frequent tag, or `wanted`: the
 * user states that the tags are spans.
 */
export function readSpans(
  names: readonly string[],
  ids: Int32Array,
  sentenceStart: Int32Array,
  wanted = false,
): SpanReading {
  const read = (notation: Notation): SpanReading => {
    const standard = inStandardNotation(names, notation)
    const evidence = schemeEvidence(standard, ids, sentenceStart)
    return { notation, names: standard, evidence, scheme: detectScheme(evidence, wanted) }
  }
  const readings: SpanReading[] = []
  for (const notation of ['standard', 'prefix', 'suffix'] as const) {
    const reading = read(notation)
    if (reading.scheme !== null) return reading
    readings.push(reading)
  }
  if (areBareTypes(names, ids, wanted)) return read('bare')
  return readings.reduce((best, reading) => (strays(reading.evidence) < strays(best.evidence) ? reading : best))
}

/** Number of tokens whose tag is not a span tag. */
export function strays({ others }: SchemeEvidence): number {
  return others.reduce((sum, { count }) => sum + count, 0)
}

/** Whether the tags are span tags except for a few annotation errors, rather than a set of labels. */
export function hasFewStrays(evidence: SchemeEvidence): boolean {
  const spans = Object.values(evidence.letters).reduce((sum, count) => sum + count, 0)
  const others = strays(evidence)
  return others > 0 && (evidence.letters.O ?? 0) < spans && others < STRAY_SHARE * (others + spans)
}

function areBareTypes(names: readonly string[], ids: Int32Array, wanted: boolean): boolean {
  const counts = countsOf(names, ids)
  const used = names.filter((_, i) => counts[i] > 0)
  if (used.length > MAX_TYPES) return false
  const typed = share(names, counts, (name) => TYPED.test(name) || hasEmptyType(name))
  if (typed >= STRAY_SHARE || share(names, counts, (name) => BRACKETS.test(name)) > 0) return false
  if (wanted) return true
  const outside = Math.max(0, ...names.map((name, i) => (name === 'O' || name === 'o' ? counts[i] : 0)))
  const others = used.filter((name) => name !== 'O' && name !== 'o' && name !== MISSING)
  // One-character tags are parts of speech in Twitter corpora, where O is a pronoun.
  return others.some((name) => name.length > 1) && outside > 0 && outside === Math.max(...counts)
}

/**
 * Explains why a column read as token labels seems to contain spans, by the shares of O, of typed tags and of brackets;
 * null if it does not.
 */
export function looksLikeSpans(names: readonly string[], ids: Int32Array): string | null {
  const counts = countsOf(names, ids)
  const some = (fits: (name: string) => boolean) =>
    names
      .filter((name, i) => counts[i] > 0 && fits(name))
      .slice(0, 3)
      .join(', ')
  const typed = (name: string) => TYPED.test(name)
  if (share(names, counts, typed) >= STRAY_SHARE) return `tags that look like spans (${some(typed)}, …)`
  const bracket = (name: string) => BRACKETS.test(name) && /[()]/.test(name) && name.length > 1
  if (share(names, counts, bracket) >= 0.01) return `brackets that look like spans (${some(bracket)}, …)`
  const outside = (name: string) => name === 'O' || name === 'o'
  const other = (name: string) => !outside(name) && name.length > 1
  if (share(names, counts, outside) >= 0.2 && some(other) !== '')
    return `an O beside other tags (${some(other)}, …), as spans have it`
  return null
}

/** Describes a notation for the user; null for the standard one. */
export function describeNotation(notation: Notation, names: readonly string[]): string | null {
  const changed = names.filter((name) => name !== 'O' && name !== MISSING)
  const standard = inStandardNotation(changed, notation)
  const example = changed.findIndex((name, i) => standard[i] !== name)
  if (notation === 'standard' || example < 0) return null
  if (notation === 'bare') {
    const types = changed.slice(0, 3).join(', ')
    const more = changed.length > 3 ? ', …' : ''
    return `found types without B- and I- (${types}${more}): each run of one type is read as one span`
  }
  return `found tags like ${changed[example]}, which is read as ${standard[example]}`
}

/** Tokens by name. */
function countsOf(names: readonly string[], ids: Int32Array): Int32Array {
  const counts = new Int32Array(names.length)
  for (const id of ids) counts[id]++
  return counts
}

function share(names: readonly string[], counts: Int32Array, fits: (name: string) => boolean): number {
  let [all, found] = [0, 0]
  names.forEach((name, i) => {
    all += counts[i]
    if (fits(name)) found += counts[i]
  })
  return all === 0 ? 0 : found / all
}
