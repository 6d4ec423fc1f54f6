/**
 * The rows of a corpus file, for ColumnsReader: from lines with numbered columns, or from a format with named columns.
 */
import type { CorpusFormat } from '../../shared/annotation/formats.ts'
import { sentenceOfWords, type Sentence } from '../../shared/tags/tagging.ts'
import { CORPUS_READERS } from '../data/formats/index.ts'
import { labelNames, LabelsError } from '../data/formats/labelNames.ts'
import { InputProblem } from '../tagger/inputProblem.ts'
import { readerFor } from '../tagger/readers.ts'
import { SentenceSink } from '../tagger/sentenceSink.ts'
import type { ReadOptions } from './types.ts'

export interface Row {
  line: number
  /** Line number of each token; absent if the tokens are on consecutive lines from `line`. */
  lines?: number[]
  sentence: Sentence
  /** The fields of each word. */
  fields: string[][]
}

/** Receives lines. Throws InputProblem. */
export interface RowSource {
  line(line: string, lineNumber: number): void
  end(lines: number): void
}

/** Rows with the columns of the file. */
export function lineRows(
  format: 'conll' | 'conllu',
  sniffed: string[],
  { words, name }: ReadOptions,
  take: (row: Row) => void,
): RowSource {
  const reader = readerFor({ format, words, name }, sniffed)
  /** `after`: the number of the line after the sentence's last line. */
  const rowOf = (sentence: Sentence, after: number): Row => {
    const lines = sentence.source!.lines
    const rows = format === 'conllu' ? lines.filter((row) => /^[0-9]+\t/.test(row)) : lines
    return { line: after - lines.length, sentence, fields: rows.map((row) => row.split('\t')) }
  }
  return {
    line: (line, lineNumber) => reader.line(line, (sentence) => take(rowOf(sentence, lineNumber))),
    end: (lines) => reader.end((sentence) => take(rowOf(sentence, lines + 1))),
  }
}

/** Rows with the word and the values of all named columns of each token. */
export function namedRows(
  format: Exclude<CorpusFormat, 'conll' | 'conllu'>,
  names: string[],
  sniffed: string[],
  options: ReadOptions,
  take: (row: Row) => void,
): RowSource {
  const sink = new SentenceSink()
  const wanted = [...options.tasks].flatMap(([name, where]) => where ?? [name])
  // Only the requested columns need be readable: numbers without names in another column are not a problem.
  const keys = wanted.length === 0 ? names : names.filter((name) => wanted.some((key) => isColumn(key, name, names)))
  const request = { words: '0', tags: keys.map((key) => ({ key, tasks: [] })) }
  const parser = CORPUS_READERS[format].parser(sniffed, request, sink, { labels: labelsOf(options) })
  const give = () => {
    for (const { lines, values } of sink.take()) {
      const fields = values.map(([word, ...tags]) => {
        const row = new Array<string>(names.length + 1).fill('')
        row[0] = word
        keys.forEach((key, i) => (row[1 + names.indexOf(key)] = tags[i]))
        return row
      })
      take({ line: lines[0], lines, sentence: sentenceOfWords(fields.map(([word]) => word)), fields })
    }
  }
  return {
    line(line, lineNumber) {
      parser(line.replace(/\r$/, ''), lineNumber)
      give()
    },
    end() {
      parser.end?.()
      sink.endSentence()
      give()
    },
  }
}

const isColumn = (key: string, name: string, names: string[]) =>
  key.toLowerCase() === name.toLowerCase() || key === String(1 + names.indexOf(name))

function labelsOf({ labels }: ReadOptions) {
  if (labels === undefined || labels === null) return null
  try {
    return labelNames(labels, '')
  } catch (error) {
    throw error instanceof LabelsError ? new InputProblem(error.message, null) : error
  }
}
