/** What the columns of a file seem to be: the words, tags of a known kind, or something else. Guesses, for a user to correct. */
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
/** What CoNLL-U's MISC has besides annotation (universaldependencies.org/misc.html). */
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
/** Tags of a token set: more are rather words. */
const MAX_LABELS = 200
/** Known tags among a column's that decide for a set. */
const ENOUGH = 2
const INTEGER = /^-?[0-9]+$/
/** Brackets of nested spans, as GUM's Entity has them. */
const NESTED = /^(\([^()]+|[^()]*\))/
const LETTER = /\p{L}/u

/**
 * The index of the words among the columns of a CoNLL file: of those that hold text, the first with nearly as many values as any.
 * A column of ids (1, 2, 3, …) holds none.
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

/** Whether a column of a CoNLL file may hold tags: nearly every token has one, of a set that is small for so many tokens. */
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

/** Whether a key of CoNLL-U's MISC may hold tags: all tokens that lack it have none. */
export function miscMayBeTags(key: string, values: Tally): boolean {
  return !NOT_TAGS.includes(key) && !values.many && values.values.size > 1 && shareOf(values, NESTED) === 0
}

/** A column read as span tags, a few stray tags aside; null where its tags are no spans. `_` counts as O. */
export function guessSpans(column: Column, sentenceStart: Int32Array): SpanReading | null {
  const reading = readSpans(column.names, column.ids, sentenceStart)
  if (reading.scheme !== null) return reading
  const { evidence } = reading
  if (strays(evidence) > 0 && !hasFewStrays(evidence)) return null
  const scheme = detectScheme({ ...evidence, others: [] })
  return scheme === null ? null : { ...reading, scheme }
}

/** What a column of tags seems to be of; null where it has too many values for tags. `key`: of MISC, or the name of CoNLL-U's column. */
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

/** Names that differ: pos, pos2, … in the order given. */
export function distinctNames<T extends { name: string }>(guesses: T[]): T[] {
  const used = new Set<string>()
  return guesses.map((guess) => {
    let name = guess.name
    for (let n = 2; used.has(name); n++) name = `${guess.name}${n}`
    used.add(name)
    return { ...guess, name }
  })
}
