/** Inspects an unknown file: its format, columns, probable tasks, and first sentences. */
import type { CatalogueFormat } from '../../shared/annotation/formats.ts'
import type { ColumnInfo, Inspection } from '../../shared/protocol/requests/datasets.ts'
import type { ColumnTable } from './columns.ts'
import { CONLL2012_SOURCES, CONLL2012_TAGS, MIN_COLUMNS } from './conll2012.ts'
import { CONLLU_COLUMNS, MISC } from './conllu.ts'
import { distinctNames, guessSpans, guessTask, guessWords, mayBeTags, miscMayBeTags } from './guess.ts'
import { IssueList } from './problems.ts'
import { readColumns, type ReadProgress } from './read.ts'
import { unreadable } from './unreadable.ts'
import { NotACorpusError } from './sniff.ts'
import { surveyFile, type Survey, type Tally } from './preview.ts'

const EXAMPLES = 5
/** Upper bound on columns; no corpus has as many. */
const MAX_WIDTH = 60
/** Non-span keys of MISC are listed if at least this share of tokens has a value. */
const MISC_SHARE = 0.1
/** CoNLL-U columns suggested as tasks if filled in, and those that may be tasks. */
const CONLLU_TAGS = ['UPOS', 'XPOS']
const CONLLU_MAYBE = ['UPOS', 'XPOS', 'DEPREL']

export interface InspectOptions {
  format?: CatalogueFormat | 'auto' | undefined
  /** The word column, if the user chose it. */
  words?: number | string | undefined
  /** Progress of the first and the second pass over the file. */
  progress?: (reading: 0 | 1) => ReadProgress
}

/** Reads the file at `path`, called `file`, twice. Throws NotACorpusError. */
export async function inspectFile(
  path: string,
  file: string,
  { format = 'auto', words, progress }: InspectOptions = {},
): Promise<Omit<Inspection, 'file' | 'name' | 'bytes'>> {
  const survey = await surveyFile(path, file, format, progress?.(0)).catch((error: unknown) => {
    throw error instanceof NotACorpusError ? error : new NotACorpusError(file, unreadable(error))
  })
  const width = refuseRunningText(file, survey)
  const wordColumn =
    survey.format === 'conllu'
      ? 'FORM'
      : survey.format === 'conll2012'
        ? CONLL2012_SOURCES.WORD
        : (wordsGiven(words, width) ?? guessWords(survey.columns.slice(0, width)))
  const candidates = candidateColumns(survey, width, wordColumn)
  const request = {
    words: String(wordColumn),
    tags: candidates.map(({ column }) => ({ key: String(column), tasks: [] })),
  }
  const read = await readColumns(path, file, { format: survey.format }, request, new IssueList(), progress?.(1))
  if (read === null)
    throw new NotACorpusError(file, 'found a file that changed while it was read, expected it to stay as it is')
  return {
    format: survey.format,
    separator: survey.separator,
    words: wordColumn,
    sentences: read.table.sentenceStart.length - 1 + read.badSentences,
    tokens: survey.tokens,
    columns: describe(survey, width, wordColumn, candidates, read.table),
    preview: survey.preview,
  }
}

function wordsGiven(words: number | string | undefined, width: number): number | null {
  const column = Number(words)
  return words !== undefined && Number.isInteger(column) && column >= 0 && column < width ? column : null
}

/** Returns the most frequent number of columns. Throws NotACorpusError for running text and empty files. */
function refuseRunningText(file: string, { format, lines, tokens, widths }: Survey): number {
  if (tokens === 0)
    throw new NotACorpusError(
      file,
      lines === 0
        ? 'found an empty file, expected a token a line'
        : format === 'conllu'
          ? 'found no token of CoNLL-U, expected lines of ten columns'
          : 'found no token, expected a token a line',
    )
  if (format === 'conllu') return CONLLU_COLUMNS.length
  if (format === 'conll2012') {
    const most = Math.max(...widths.keys())
    if (most < MIN_COLUMNS)
      throw new NotACorpusError(file, `found ${most} columns, expected at least ${MIN_COLUMNS} of CoNLL-2012`)
    // Lines have one extra column per verb of their sentence. The import reports shorter lines.
    return Math.max(MIN_COLUMNS, Math.min(...widths.keys()))
  }
  const [width, count] = [...widths].reduce((most, entry) => (entry[1] > most[1] ? entry : most))
  const range = [Math.min(...widths.keys()), Math.max(...widths.keys())]
  if (width === 1 && count * 2 > tokens)
    throw new NotACorpusError(
      file,
      'found one column, expected at least two, apart by a tab or spaces: a word and its tags',
    )
  if (width > MAX_WIDTH)
    throw new NotACorpusError(file, `found ${width} columns, as word vectors have them, expected a word and its tags`)
  // A few tokens are not enough evidence; the import reports problems by line.
  if (count * 2 < tokens && tokens > 20)
    throw new NotACorpusError(
      file,
      `found lines of ${range[0]} to ${range[1]} columns, as running text has them, ` +
        'expected the same number of columns in every line',
    )
  return width
}

interface Candidate {
  column: number | string
  /** Index of the column in the survey. */
  index: number
  values: Tally
  /** The key in MISC or the name of the CoNLL-U column; null in a CoNLL file. */
  key: string | null
}

/** The columns that may hold tags. */
function candidateColumns(
  { format, columns, misc, tokens }: Survey,
  width: number,
  words: number | string,
): Candidate[] {
  if (format === 'conll') {
    return columns
      .slice(0, width)
      .flatMap((values, index) =>
        index !== words && mayBeTags(values, tokens) ? [{ column: index, index, values, key: null }] : [],
      )
  }
  if (format === 'conll2012')
    return CONLL2012_TAGS.map((key) => ({
      column: key,
      key,
      index: CONLL2012_SOURCES[key],
      values: columns[CONLL2012_SOURCES[key]] ?? { present: 0, values: new Map(), many: false },
    }))
  const named = CONLLU_MAYBE.map((key) => ({
    column: key,
    key,
    index: CONLLU_COLUMNS.findIndex((name) => name === key),
  }))
  return [
    ...named
      .map((one) => ({ ...one, values: columns[one.index] }))
      .filter(({ values }) => values !== undefined && values.present > 0 && !values.many),
    ...[...misc]
      .filter(([key, values]) => miscMayBeTags(key, values))
      .map(([key, values]) => ({ column: `MISC:${key}`, key, index: MISC, values })),
  ]
}

function describe(
  survey: Survey,
  width: number,
  words: number | string,
  candidates: Candidate[],
  table: ColumnTable,
): ColumnInfo[] {
  const guesses = distinctNames(
    candidates.flatMap(({ column, key, index, values }) => {
      const tags = table.tags.get(String(column))!
      const guess = guessTask(tags, guessSpans(tags, table.sentenceStart), key)
      return guess === null || (guess.kind === 'token' && index === MISC && values.present < MISC_SHARE * survey.tokens)
        ? []
        : [{ ...guess, column }]
    }),
  )
  const guessOf = (column: number | string): ColumnInfo['guess'] => {
    const found = guesses.find((guess) => guess.column === column)
    return found === undefined ? null : { name: found.name, kind: found.kind, scheme: found.scheme }
  }
  const info = (column: number | string, index: number, title: string, values: Tally): ColumnInfo => {
    const guess = guessOf(column)
    const isTags =
      guess !== null && (survey.format !== 'conllu' || guess.kind === 'span' || CONLLU_TAGS.includes(String(column)))
    return {
      column,
      title,
      index,
      distinct: values.values.size,
      examples: examplesOf(values),
      role: column === words ? 'words' : isTags ? 'tags' : 'other',
      guess,
    }
  }
  if (survey.format === 'conll2012') {
    const source = CONLL2012_SOURCES.WORD
    return [
      info(words, source, 'word', survey.columns[source]),
      ...candidates.map(({ column, index, values }) => info(column, index, String(index), values)),
    ]
  }
  const own = survey.columns.slice(0, width).map((values, index) => {
    const column = survey.format === 'conllu' ? CONLLU_COLUMNS[index] : index
    return info(column, index, String(column), values)
  })
  return [
    ...own,
    ...candidates
      .filter(({ column, index }) => index === MISC && guessOf(column) !== null)
      .map(({ column, index, values }) => info(column, index, 'MISC', values)),
  ]
}

function examplesOf({ values }: Tally): string[] {
  return [...values]
    .sort((a, b) => b[1] - a[1])
    .slice(0, EXAMPLES)
    .map(([value]) => value)
}
