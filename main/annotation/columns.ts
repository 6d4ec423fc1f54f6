/** Reads CoNLL columns and CoNLL-U: converts the tags of each task to spans of the sentence text. */
import {
  describeNotation,
  hasEmptyType,
  looksLikeSpans,
  readSpans,
  type SpanReading,
} from '../../shared/tags/notation.ts'
import { intern, splitTag, spansOf } from '../../shared/tags/tags.ts'
import type { Column } from '../data/columns.ts'
import { wordsProblem } from '../data/conllLayout.ts'
import { CONLLU_COLUMNS, MISC, miscProblem, miscValue, NO_VALUE } from '../data/conllu.ts'
import { distinctNames, guessSpans, guessTask, mayBeTags, miscMayBeTags } from '../data/guess.ts'
import type { Tally } from '../data/preview.ts'
import type { CorpusFormat } from '../../shared/annotation/formats.ts'
import { CORPUS_READERS } from '../data/formats/index.ts'
import { lineRows, namedRows, type Row, type RowSource } from './rows.ts'
import { metaOfComments } from './comments.ts'
import { sentenceText } from './sentenceText.ts'
import { Tallies, type Annotated, type CharSpan, type Corpus, type ReadOptions, type TaskKind } from './types.ts'

/** A MISC key that does not encode spans is read as tags if at least this fraction of the tokens has it. */
const MISC_SHARE = 0.1

interface TaskColumn {
  name: string
  /** A column number, the name of a CoNLL-U column, or `MISC:Key`. */
  key: string
  kind: TaskKind
  /** [sentence][token] */
  tags: string[][]
}

export class ColumnsReader {
  private readonly format: CorpusFormat
  private readonly options: ReadOptions
  private readonly source: RowSource
  /** Names of the columns after the word; null if the format does not name its columns. */
  private readonly names: string[] | null
  private readonly rows: Row[] = []

  /** Throws InputProblem. */
  constructor(format: CorpusFormat, sniffed: string[], options: ReadOptions) {
    this.format = format
    this.options = options
    const take = (row: Row) => void this.rows.push(row)
    if (format === 'conll' || format === 'conllu') {
      this.names = null
      this.source = lineRows(format, sniffed, options, take)
    } else {
      this.names = CORPUS_READERS[format].columns(sniffed) ?? []
      this.source = namedRows(format, this.names, sniffed, options, take)
    }
  }

  /** Throws InputProblem. */
  line(line: string, lineNumber: number): void {
    this.source.line(line, lineNumber)
  }

  /** Throws InputProblem, or an Error that names the file. */
  end(lines: number): Corpus {
    this.source.end(lines)
    const tallies = new Tallies()
    const columns = this.wanted(tallies)
    const words = this.rows.flatMap(({ sentence }) => sentence.words)
    const problem = this.names === null ? wordsProblem(words, this.options.words) : null
    if (problem !== null) tallies.note(problem)
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

  private document(
    { line, sentence, fields }: Row,
    columns: (Omit<TaskColumn, 'tags'> & { tags: string[] })[],
    tallies: Tallies,
  ): Annotated {
    const conllu = this.format === 'conllu'
    const lines = conllu ? sentence.source!.lines : []
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

  /** Converts tags to standard notation. Throws an Error if one is not a span tag. */
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

  /** The key of the column that the user chose for a task. Throws an Error if there is no such column. */
  private keyOf(name: string, where: string[] | null): string {
    const key = where === null ? this.keyOfName(name) : where.join(',')
    const isNumber = key !== null && /^[0-9]+$/.test(key)
    const isNamed =
      key !== null &&
      (this.names === null
        ? this.format === 'conllu' && (/^MISC:./.test(key) || columnNamed(key) >= 0)
        : this.indexOf(key) > 0)
    if (key !== null && (isNumber || isNamed)) return key
    const expected =
      this.names !== null
        ? `one of ${this.names.join(', ')}`
        : this.format === 'conllu'
          ? 'a name like UPOS or MISC:Key'
          : 'a number from 0'
    throw new Error(
      `${this.options.name}: --task ${name}: found ${key ?? 'no column'}, expected ${name}=COLUMN, ${expected}`,
    )
  }

  /** The column with the name of the task, for tasks without a chosen column. */
  private keyOfName(name: string): string | null {
    if (this.format === 'conllu') return this.namedColumn(name)
    return this.names !== null && this.indexOf(name) > 0 ? name : null
  }

  /** The index of a named column in a row; the word has index 0. */
  private indexOf(key: string): number {
    return 1 + (this.names ?? []).findIndex((name) => name.toLowerCase() === key.toLowerCase())
  }

  /** The column into which our CoNLL-U writer puts a task of this name. */
  private namedColumn(name: string): string {
    return name.toUpperCase() === 'POS' ? 'XPOS' : (CONLLU_COLUMNS[columnNamed(name)] ?? `MISC:${name}`)
  }

  /** The tags in a column. Throws an Error if a token has none. */
  private tagsIn(key: string): string[][] {
    const column = this.names !== null ? this.namedIndex(key) : /^[0-9]+$/.test(key) ? Number(key) : columnNamed(key)
    const valueOf = (row: string[]): string | undefined =>
      key.startsWith('MISC:') ? miscValue(row[MISC], `${key.slice(5)}=`) : row[column]
    const misc = key.startsWith('MISC:') ? key.slice(5) : null
    return this.rows.map(({ fields }, s) =>
      fields.map((row, t) => {
        const wrong = misc === null ? null : miscProblem(row[MISC], misc)
        if (wrong !== null) throw new Error(`${this.options.name}:${this.lineOf(s, t)}: ${wrong}`)
        const tag = valueOf(row)
        if (tag !== undefined && tag !== '') return tag
        const found = row.length === 1 ? '1 column' : `${row.length} columns`
        throw new Error(`${this.options.name}:${this.lineOf(s, t)}: found ${found}, expected a tag in column ${key}`)
      }),
    )
  }

  private namedIndex(key: string): number {
    const index = this.indexOf(key)
    return index > 0 ? index : Number(key)
  }

  private lineOf(s: number, t: number): number {
    const { line, lines, fields, sentence } = this.rows[s]
    if (lines !== undefined) return lines[t]
    return this.format === 'conll' ? line + t : line + sentence.source!.lines.indexOf(fields[t].join('\t'))
  }

  /** Columns that look like tags. */
  private guessed(): { name: string; key: string }[] {
    const keys = this.names ?? (this.format === 'conll' ? this.numberedKeys() : ['UPOS', 'XPOS', ...this.miscKeys()])
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
      const guess = may
        ? guessTask(
            column,
            spans,
            this.format === 'conllu' || this.format === 'conll2012' ? key.replace('MISC:', '') : null,
          )
        : null
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

  private hasBrackets(key: string): boolean {
    return this.rows.some(({ fields }) =>
      fields.some((row) => miscProblem(row[MISC], key)?.startsWith('found the brackets') === true),
    )
  }

  private miscKeys(): string[] {
    const keys = new Set<string>()
    for (const { fields } of this.rows)
      for (const row of fields)
        for (const item of row[MISC].split('|'))
          if (item.includes('=')) keys.add(`MISC:${item.slice(0, item.indexOf('='))}`)
    // Nested spans (brackets) are not tags. Choosing such a column explicitly gives an error.
    return [...keys].filter((key) => !this.hasBrackets(key.slice(5)))
  }
}

/** Whether the column read as words holds token numbers instead. */
/** The tags of all sentences, concatenated into one column. */
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
