/**
 * Guesses the role of each column of a file: words, tags of a known kind, or other. The user can correct the guesses.
 */
import { hasFewStrays, readSpans, strays, type SpanReading } from '../../shared/tags/notation.ts'
import { detectScheme } from '../../shared/tags/schemes.ts'
import { splitTag, type TagScheme } from '../../shared/tags/tags.ts'
import type { Column } from './columns.ts'
import { shareOf, type Tally } from './preview.ts'

export interface Guess {
  name: string
  kind: 'span' | 'token'
  scheme: TagScheme | null
}

const CHUNKS = ['NP', 'VP', 'PP', 'ADJP', 'ADVP', 'SBAR', 'PRT']
const ENTITIES = [
  'PER',
  'PERS',
  'PERSON',
  'LOC',
  'LOCATION',
  'ORG',
  'ORGANIZATION',
  'CORPORATION',
  'MISC',
  'GPE',
  'NORP',
  'GENE',
  'PROTEIN',
  'DISEASE',
  'CHEMICAL',
]
const PENN = ['NN', 'NNP', 'NNS', 'DT', 'IN', 'VBD', 'VBZ', 'JJ', 'RB', 'PRP']
const UNIVERSAL = ['NOUN', 'VERB', 'DET', 'PROPN', 'ADP', 'PRON', 'ADJ', 'ADV', 'PUNCT', 'AUX']
const RELATIONS = ['nsubj', 'root', 'det', 'obj', 'dobj', 'case', 'amod']
/** Keys of CoNLL-U's MISC that are not annotation (universaldependencies.org/misc.html). */
const NOT_TAGS = [
  'SpaceAfter',
  'SpacesAfter',
  'SpacesBefore',
  'CorrectForm',
  'Lang',
  'Gloss',
  'Translit',
  'LTranslit',
  'Ref',
]
/** Largest token tag set; a column with more values is more likely words. */
const MAX_LABELS = 200
/** Number of known tags that identify a tag set. */
const ENOUGH = 2
const INTEGER = /^-?[0-9]+$/
/** Brackets of nested spans, as in GUM's Entity. */
const NESTED = /^(\([^()]+|[^()]*\))/
const LETTER = /\p{L}/u

/**
 * The index of the word column of a CoNLL file: the first text column with at least 80 % as many distinct values as the
 * column with the most. A column of ids (1, 2, 3, …) is not text.
 */
export function guessWords(columns: Tally[]): number {
  const values = columns.map((column) =>
    shareOf(column, LETTER) > 0.25 && shareOf(column, INTEGER) < 0.5
      ? column.many
        ? Infinity
        : column.values.size
      : 0,
  )
  const most = Math.max(...values)
  const found = values.findIndex((count) => count > 0 && (count === most || count >= 0.8 * most))
  return Math.max(0, found)
}

/** Whether a column of a CoNLL file may hold tags: almost every token has a value, from a set that is small. */
export function mayBeTags(column: Tally, tokens: number): boolean {
  const { size } = column.values
  return (
    !column.many &&
    column.present >= 0.95 * tokens &&
    size > 1 &&
    shareOf(column, INTEGER) < 0.5 &&
    (size <= 20 || size * 4 <= tokens)
  )
}

/** Whether a key of CoNLL-U's MISC may hold tags. Tokens without the key have no tag. */
export function miscMayBeTags(key: string, values: Tally): boolean {
  return !NOT_TAGS.includes(key) && !values.many && values.values.size > 1 && shareOf(values, NESTED) === 0
}

/** Reads a column as span tags, tolerating a few stray tags; null if they are not spans. `_` counts as O. */
export function guessSpans(column: Column, sentenceStart: Int32Array): SpanReading | null {
  const reading = readSpans(column.names, column.ids, sentenceStart)
  if (reading.scheme !== null) return reading
  const { evidence } = reading
  if (strays(evidence) > 0 && !hasFewStrays(evidence)) return null
  const scheme = detectScheme({ ...evidence, others: [] })
  return scheme === null ? null : { ...reading, scheme }
}

/**
 * Guesses the task of a tag column; null if it has too many values for tags. `key`: the key in MISC or the name of the
 * CoNLL-U column; null for other formats.
 */
export function guessTask(column: Column, spans: SpanReading | null, key: string | null): Guess | null {
  const scheme = spans?.scheme ?? null
  if (scheme === null && column.names.length > MAX_LABELS) return null
  const name =
    key === null
      ? scheme === null
        ? tokenTask(column.names)
        : spanTask(spans!.names)
      : key.toLowerCase().replace(/[^\w-]/g, '_')
  return { name, kind: scheme === null ? 'token' : 'span', scheme }
}

function spanTask(names: string[]): string {
  const types = [...new Set(names.map((name) => splitTag(name)?.type.toUpperCase() ?? ''))]
  if (types.some((type) => ENTITIES.includes(type))) return 'ner'
  return types.some((type) => CHUNKS.includes(type)) ? 'chunk' : 'spans'
}

function tokenTask(names: string[]): string {
  const has = (known: string[]) => names.filter((name) => known.includes(name)).length >= ENOUGH
  if (has(PENN) || has(UNIVERSAL)) return 'pos'
  return has(RELATIONS) ? 'deprel' : 'labels'
}

/** Makes names unique by a number: pos, pos2, …, in the order given. */
export function distinctNames<T extends { name: string }>(guesses: T[]): T[] {
  const used = new Set<string>()
  return guesses.map((guess) => {
    let name = guess.name
    for (let n = 2; used.has(name); n++) name = `${guess.name}${n}`
    used.add(name)
    return { ...guess, name }
  })
}
