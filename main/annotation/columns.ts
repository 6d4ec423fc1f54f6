/** CoNLL columns and CoNLL-U: sentences with the tags of each task, as spans of their text. */
import type { Sentence } from '../../shared/tags/tagging.ts'
import {
  describeNotation,
  hasEmptyType,
  looksLikeSpans,
  readSpans,
  type SpanReading,
} from '../../shared/tags/notation.ts'
import { intern, splitTag, spansOf } from '../../shared/tags/tags.ts'
import type { Column } from '../data/columns.ts'
import { CONLLU_COLUMNS, MISC, NO_VALUE } from '../data/conllu.ts'
import { distinctNames, guessSpans, guessTask, mayBeTags, miscMayBeTags } from '../data/guess.ts'
import type { Tally } from '../data/preview.ts'
import { readerFor, type SentenceReader } from '../tagger/readers.ts'
import { metaOfComments } from './comments.ts'
import { sentenceText } from './sentenceText.ts'
import { Tallies, type Annotated, type CharSpan, type Corpus, type ReadOptions, type TaskKind } from './types.ts'

/** Keys of MISC that are no spans are tags where so many tokens have one. */
const MISC_SHARE = 0.1

interface Row {
  line: number
  sentence: Sentence
  /** Of each word. */
  fields: string[][]
}

interface TaskColumn {
  name: string
  /** A number, a name of CoNLL-U's, or `MISC:Key`. */
  key: string
  kind: TaskKind
  /** By sentence, by token. */
  tags: string[][]
}

export class ColumnsReader {
  private readonly format: 'conll' | 'conllu'
  private readonly options: ReadOptions
  private readonly reader: SentenceReader
  private readonly rows: Row[] = []

  constructor(format: 'conll' | 'conllu', sniffed: string[], options: ReadOptions) {
    this.format = format
    this.options = options
    this.reader = readerFor({ format, words: options.words, name: options.name }, sniffed)
  }

  /** Throws InputFault. */
  line(line: string, lineNumber: number): void {
    this.reader.line(line, (sentence) => this.take(sentence, lineNumber))
  }

  /** Throws an Error that names the file. */
  end(lines: number): Corpus {
    this.reader.end((sentence) => this.take(sentence, lines + 1))
    const tallies = new Tallies()
    const columns = this.wanted(tallies)
    const documents = this.rows.map((row, s) =>
      this.document(
        row,
        columns.map((column) => ({ ...column, tags: column.tags[s] })),
        tallies,
      ),
    )
    return {
      file: this.options.name,
      format: this.format,
      documents,
      predicted: false,
      notes: tallies.lines(),
      tasks: new Map(columns.map(({ name, kind }) => [name, kind])),
      columns: new Map(columns.map(({ name, key }) => [name, key])),
    }
  }

  /** `after`: the line after its last. */
  private take(sentence: Sentence, after: number): void {
    const lines = sentence.source!.lines
    const rows = this.format === 'conllu' ? lines.filter((row) => /^[0-9]+\t/.test(row)) : lines
    this.rows.push({ line: after - lines.length, sentence, fields: rows.map((row) => row.split('\t')) })
  }

  private document(
    { line, sentence, fields }: Row,
    columns: (Omit<TaskColumn, 'tags'> & { tags: string[] })[],
    tallies: Tallies,
  ): Annotated {
    const lines = sentence.source!.lines
    const conllu = this.format === 'conllu'
    const { text, tokens, joined } = conllu
      ? sentenceText(
          sentence,
          fields.map((row) => row[MISC]),
          lines,
        )
      : { text: sentence.text, tokens: sentence.offsets, joined: true }
    const spans = new Map(
      columns.map(({ name, kind, tags }) => [
        name,
        kind === 'span' ? charSpans(name, tags, tokens, tallies) : tokenSpans(tags, tokens),
      ]),
    )
    return {
      line,
      text,
      tokens,
      sentences: [0],
      spans,
      meta: conllu ? metaOfComments(lines) : {},
      ...(joined ? { joined: true as const } : {}),
      ...(conllu ? { source: sentence.source } : {}),
    }
  }

  private wanted(tallies: Tallies): TaskColumn[] {
    const { tasks, name: file } = this.options
    const found =
      tasks.size === 0
        ? this.guessed()
        : [...tasks].map(([name, where]) => ({ name, key: this.keyOf(name, where), guessed: null }))
    if (found.length === 0)
      throw new Error(`${file}: found no column that looks like tags, expected one; --task NAME=COLUMN names it`)
    return found.map(({ name, key }) => this.taskColumn(name, key, tallies))
  }

  private taskColumn(name: string, key: string, tallies: Tallies): TaskColumn {
    const tags = this.tagsIn(key)
    const wanted = this.options.kinds.get(name)
    const { column, starts } = flat(tags)
    const found = guessSpans(column, starts)
    const kind = wanted ?? (found === null ? 'token' : 'span')
    if (kind === 'token') {
      const seems = wanted === undefined ? looksLikeSpans(column.names, column.ids) : null
      if (seems !== null)
        tallies.note(
          `${name}: found ${seems}, in no scheme: taken as labels of single tokens; --kind ${name}=span reads spans`,
        )
      return { name, key, kind, tags }
    }
    const spans = found ?? readSpans(column.names, column.ids, starts, true)
    if (spans.scheme === null && found === null)
      throw new Error(
        `${this.options.name}: ${name}: found tags of no scheme in column ${key}, expected O, B-, I- and the like`,
      )
    const spelling = describeNotation(spans.notation, column.names)
    if (spelling !== null) tallies.note(`${name}: ${spelling}`)
    return { name, key, kind, tags: this.standardTags(name, tags, column.names, spans) }
  }

  /** Tags in standard notation. Throws where one is no span tag. */
  private standardTags(name: string, tags: string[][], names: string[], { names: standard }: SpanReading): string[][] {
    const spelling = new Map(names.map((given, i) => [given, standard[i]]))
    return tags.map((sentence, s) =>
      sentence.map((given, t) => {
        const tag = spelling.get(given)!
        if (splitTag(tag) !== null && !hasEmptyType(tag)) return tag
        const expected = hasEmptyType(tag) ? 'a type after the letter' : 'O, B-, I- and the like'
        throw new Error(
          `${this.options.name}:${this.lineOf(s, t)}: ${name}: found the tag ${given}, expected ${expected}`,
        )
      }),
    )
  }

  /** Throws where the person's column is none. */
  private keyOf(name: string, where: string[] | null): string {
    const key = where === null ? (this.format === 'conllu' ? this.namedColumn(name) : null) : where.join(',')
    const isNumber = key !== null && /^[0-9]+$/.test(key)
    const isNamed = key !== null && this.format === 'conllu' && (/^MISC:./.test(key) || columnNamed(key) >= 0)
    if (key !== null && (isNumber || isNamed)) return key
    const expected = this.format === 'conllu' ? 'a name like UPOS or MISC:Key' : 'a number from 0'
    throw new Error(
      `${this.options.name}: --task ${name}: found ${key ?? 'no column'}, expected ${name}=COLUMN, ${expected}`,
    )
  }

  /** Where the tagger's writer puts a task of this name. */
  private namedColumn(name: string): string {
    return name.toUpperCase() === 'POS' ? 'XPOS' : (CONLLU_COLUMNS[columnNamed(name)] ?? `MISC:${name}`)
  }

  /** The tags in a column. Throws where a token has none. */
  private tagsIn(key: string): string[][] {
    const column = /^[0-9]+$/.test(key) ? Number(key) : columnNamed(key)
    const valueOf = (row: string[]): string | undefined =>
      key.startsWith('MISC:') ? miscValue(row[MISC], key.slice(5)) : row[column]
    return this.rows.map(({ fields }, s) =>
      fields.map((row, t) => {
        const tag = valueOf(row)
        if (tag !== undefined && tag !== '') return tag
        const found = row.length === 1 ? '1 column' : `${row.length} columns`
        throw new Error(`${this.options.name}:${this.lineOf(s, t)}: found ${found}, expected a tag in column ${key}`)
      }),
    )
  }

  private lineOf(s: number, t: number): number {
    const { line, fields, sentence } = this.rows[s]
    return this.format === 'conll' ? line + t : line + sentence.source!.lines.indexOf(fields[t].join('\t'))
  }

  /** Columns that look like tags. */
  private guessed(): { name: string; key: string }[] {
    const keys = this.format === 'conll' ? this.numberedKeys() : ['UPOS', 'XPOS', ...this.miscKeys()]
    const guesses = keys.flatMap((key) => {
      const tags = this.tagsIn(key)
      const { column, starts } = flat(tags)
      const tokens = column.ids.length
      const tally = tallyOf(tags.flat())
      const spans = guessSpans(column, starts)
      const misc = key.startsWith('MISC:')
      const may = misc
        ? miscMayBeTags(key.slice(5), tally) && (spans !== null || tally.present >= MISC_SHARE * tokens)
        : this.format === 'conllu'
          ? tally.present > 0
          : mayBeTags(tally, tokens)
      const guess = may ? guessTask(column, spans, this.format === 'conll' ? null : key.replace('MISC:', '')) : null
      return guess === null ? [] : [{ ...guess, key }]
    })
    return distinctNames(guesses)
  }

  private numberedKeys(): string[] {
    let width = Infinity
    for (const { fields } of this.rows) for (const row of fields) width = Math.min(width, row.length)
    return Number.isFinite(width)
      ? Array.from({ length: width }, (_, column) => String(column)).filter((key) => Number(key) !== this.options.words)
      : []
  }

  private miscKeys(): string[] {
    const keys = new Set<string>()
    for (const { fields } of this.rows)
      for (const row of fields)
        for (const item of row[MISC].split('|'))
          if (item.includes('=')) keys.add(`MISC:${item.slice(0, item.indexOf('='))}`)
    return [...keys]
  }
}

/** The tags of all sentences as one column. */
function flat(tags: string[][]): { column: Column; starts: Int32Array } {
  const starts = new Int32Array(tags.length + 1)
  tags.forEach((sentence, s) => (starts[s + 1] = starts[s] + sentence.length))
  return { column: intern(tags.flat()), starts }
}

function columnNamed(name: string): number {
  return CONLLU_COLUMNS.findIndex((column) => column === name.toUpperCase())
}

function tallyOf(values: string[]): Tally {
  const tally: Tally = { present: 0, values: new Map(), many: false }
  for (const value of values) {
    if (value !== NO_VALUE) tally.present++
    tally.values.set(value, (tally.values.get(value) ?? 0) + 1)
  }
  return tally
}

/** Treebanks write | as \p there. */
function miscValue(misc: string, key: string): string {
  const item = misc.split('|').find((part) => part.startsWith(`${key}=`))
  return item === undefined || item.length === key.length + 1
    ? NO_VALUE
    : item.slice(key.length + 1).replaceAll('\\p', '|')
}

function charSpans(task: string, tags: string[], tokens: Int32Array, tallies: Tallies): CharSpan[] {
  return spansOf(tags.map((tag) => (tag === NO_VALUE ? 'O' : tag))).map(({ type, start, end }) => {
    if (type === '') tallies.add(`spans without a type labelled ${task}`)
    return { start: tokens[2 * start], end: tokens[2 * end - 1], label: type || task }
  })
}

function tokenSpans(tags: string[], tokens: Int32Array): CharSpan[] {
  return tags.flatMap((label, t) =>
    label === NO_VALUE ? [] : [{ start: tokens[2 * t], end: tokens[2 * t + 1], label }],
  )
}
