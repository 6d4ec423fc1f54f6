/**
 * Readers of the input formats. Each takes a file line by line and emits a sentence as soon as it is complete, and
 * holds only the unfinished sentence in memory.
 */
import { codePoints, sentenceOfWords, type InputFormat, type Sentence } from '../../shared/tags/tagging.ts'
import { languagePrefix, withoutPrefix } from '../data/languagePrefix.ts'
import { commentTest, type CommentTest } from '../data/comments.ts'
import type { LineParser } from '../data/columns.ts'
import { detect } from '../data/detect.ts'
import { CORPUS_READERS, type CorpusReader } from '../data/formats/index.ts'
import { FORMAT_TITLES, isCorpusFormat } from '../../shared/annotation/formats.ts'
import { InputProblem } from './inputProblem.ts'
import { SentenceSink } from './sentenceSink.ts'
import {
  columnOf,
  conllLayout,
  DOCUMENT_START,
  isBlank,
  quote,
  splitColumns,
  twoSeparators,
  withSpaces,
  wordsProblem,
  withTabs,
  type ConllLayout,
} from '../data/conllLayout.ts'
import { CONLLU_COLUMNS, conlluRow } from '../data/conllu.ts'
import { plainTokeniser, type Tokeniser } from '../data/tokens/tokeniser.ts'
import { tokeniseSentence, tokeniseText } from './tokenise.ts'

/** Receives the lines of a file in order, without their line feeds; a carriage return may remain at the end. */
export interface SentenceReader {
  /** Throws an InputProblem. */
  line(line: string, emit: (sentence: Sentence) => void): void
  /** Call it after the last line. */
  end(emit: (sentence: Sentence) => void): void
}

export interface ReaderOptions {
  format: InputFormat
  /** Column of the words in CoNLL files. */
  words: number
  /** Name of the file or stream, for messages. */
  name: string
  /** Splits raw text into tokens; by default the plain tokeniser. */
  tokeniser?: Tokeniser
  /** A WHATWG label; null: UTF-8. */
  encoding?: string | null
  /** Whether someone waits for the answer to each line: then the first line alone decides what `auto` is. */
  interactive?: boolean
  /** Called with the detected format if `format` is `auto`. */
  onDetected?(format: InputFormat): void
  /** Called where the words of columns do not look like words. */
  onWarning?: ((message: string) => void) | undefined
}

/** Returns a reader for the file that begins with the lines `sniffed`. Throws InputProblem for unsupported formats. */
export function readerFor(options: ReaderOptions, sniffed: string[]): SentenceReader {
  const { format, words, name, onDetected, tokeniser = plainTokeniser } = options
  const lines = sniffed.map(withoutReturn)
  const found = format === 'auto' ? detectFormat(name, lines) : format
  if (format === 'auto') onDetected?.(found)
  switch (found) {
    case 'lines':
      return new TextReader((text, at) => tokeniseSentence(text, at, tokeniser))
    case 'tokens':
      return tokensReader()
    case 'conll':
      return new ConllReader(lines, words, options.onWarning)
    case 'conllu':
      return new ConlluReader()
    case 'wrapped':
      return new WrappedReader(tokeniser)
    case 'text':
    case 'auto':
      return new TextReader((text, at) => tokeniseText(text, at, tokeniser))
    default:
      return new CorpusSentences(CORPUS_READERS[found], lines)
  }
}

/** The sentences of a complete text. Throws an InputProblem. */
export function sentencesOf(text: string, format: InputFormat, tokeniser?: Tokeniser): Sentence[] {
  const lines = text.split('\n')
  const reader = readerFor({ format, words: 0, name: '', ...(tokeniser && { tokeniser }) }, lines)
  const sentences: Sentence[] = []
  const emit = (sentence: Sentence) => void sentences.push(sentence)
  for (const line of lines) reader.line(line, emit)
  reader.end(emit)
  return sentences
}

/** Detects the format of the lines. Lines that do not clearly have a known format are running text. */
function detectFormat(name: string, lines: string[]): InputFormat {
  const found = detect(lines, name)
  if (found.kind === 'refused') throw new InputProblem(found.message, found.line ?? null)
  if (found.kind !== 'format') return 'text'
  if (isCorpusFormat(found.format)) return found.format
  const instead =
    found.format === 'brat'
      ? 'tag the text file beside it'
      : 'give its texts as plain text, or `sparse-sharing convert FILE --to conll` first'
  throw new InputProblem(`found ${FORMAT_TITLES[found.format]}, expected text or tokens: ${instead}`, null)
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** Every line is a separate text. */
class TextReader implements SentenceReader {
  private readonly at = { utf16: 0, codePoints: 0 }
  private readonly tokenise: (text: string, at: NonNullable<Sentence['start']>) => Sentence | Sentence[] | null

  constructor(tokenise: TextReader['tokenise']) {
    this.tokenise = tokenise
  }

  line(line: string, emit: (sentence: Sentence) => void): void {
    const found = this.tokenise(line, this.at)
    if (Array.isArray(found)) found.forEach(emit)
    else if (found !== null) emit(found)
    advance(this.at, line)
  }

  end(): void {}
}

function advance(at: NonNullable<Sentence['start']>, line: string): void {
  at.utf16 += line.length + 1
  at.codePoints += codePoints(line) + 1
}

/** A longer paragraph, in characters, is split at the next line end, which bounds the memory used. */
const LONGEST_PARAGRAPH = 100_000

/** Paragraphs of several lines, separated by blank lines. */
class WrappedReader implements SentenceReader {
  private lines: string[] = []
  private length = 0
  private readonly at = { utf16: 0, codePoints: 0 }
  private readonly next = { utf16: 0, codePoints: 0 }
  private readonly tokeniser: Tokeniser

  constructor(tokeniser: Tokeniser) {
    this.tokeniser = tokeniser
  }

  line(line: string, emit: (sentence: Sentence) => void): void {
    const blank = line.trim() === ''
    if (!blank) {
      this.lines.push(line)
      this.length += line.length
    }
    if (blank || this.length > LONGEST_PARAGRAPH) this.end(emit)
    advance(this.next, line)
    if (this.lines.length === 0) Object.assign(this.at, this.next)
  }

  end(emit: (sentence: Sentence) => void): void {
    if (this.lines.length > 0) tokeniseText(this.lines.join('\n'), this.at, this.tokeniser).forEach(emit)
    this.lines = []
    this.length = 0
  }
}

/** Reads only the words of a corpus format. */
class CorpusSentences implements SentenceReader {
  private readonly parser: LineParser
  private readonly sink = new SentenceSink()
  private lineNumber = 0
  private document: string | null = null

  constructor(reader: CorpusReader, sniffed: string[]) {
    this.parser = reader.parser(sniffed, { words: '0', tags: [] }, this.sink, { labels: null })
  }

  line(raw: string, emit: (sentence: Sentence) => void): void {
    const line = withoutReturn(raw)
    // As CoNLL-2012 has it, where the sentences before it are complete.
    const begins = /^#begin document (.+)$/.exec(line)
    if (begins !== null) this.document = begins[1]
    this.parser(line, ++this.lineNumber)
    this.give(emit)
  }

  end(emit: (sentence: Sentence) => void): void {
    this.parser.end?.()
    this.sink.endSentence()
    this.give(emit)
  }

  private give(emit: (sentence: Sentence) => void): void {
    for (const { values } of this.sink.take())
      emit(within(this.document, sentenceOfWords(values.map(([word]) => word))))
  }
}

function tokensReader(): SentenceReader {
  return {
    line(line, emit) {
      const words = line.split(/\s+/).filter((word) => word !== '')
      if (words.length > 0) emit(sentenceOfWords(words))
    },
    end() {},
  }
}

/** CoNLL columns: see main/data/conll.ts for the format. */
class ConllReader implements SentenceReader {
  private readonly column: number
  /** Null until the first token shows it. */
  private separator: 'tab' | 'spaces' | null
  private readonly layout: ConllLayout | null
  private readonly isComment: CommentTest
  private readonly prefix: string | null
  private words: string[] = []
  private lines: string[] = []
  private documents = 0

  constructor(sniffed: string[], column: number, onWarning: (message: string) => void = () => {}) {
    this.column = column
    const lines = sniffed.map(withoutReturn)
    const layout = conllLayout(lines)
    this.layout = layout
    this.separator = layout?.separator ?? null
    this.prefix = layout === null ? null : languagePrefix(lines, layout, column)
    this.isComment = layout === null ? () => false : commentTest(lines, layout)
    const problem = layout === null ? null : wordsProblem(this.sampled(lines, layout), column)
    if (problem !== null) onWarning(problem)
  }

  /** The words among the first lines. */
  private sampled(lines: readonly string[], { separator }: ConllLayout): string[] {
    const tokens = lines.filter((line) => !isBlank(line) && !this.isComment(line, false))
    return tokens
      .flatMap((line) => splitColumns(line, separator)[this.column] ?? [])
      .filter((w) => w !== DOCUMENT_START)
  }

  line(raw: string, emit: (sentence: Sentence) => void): void {
    const given = withoutReturn(raw)
    if (isBlank(given)) return this.end(emit)
    if (this.isComment(given, this.words.length > 0)) return
    const line = this.layout === null ? given : withSpaces(given, this.layout)
    if (line === null) throw new InputProblem(twoSeparators(given))
    if (line.includes('\r'))
      throw new InputProblem(`found a carriage return within the line (${quote(line)}), expected line ends of one kind`)
    this.separator ??= line.includes('\t') ? 'tab' : 'spaces'
    const word = columnOf(line, this.column, this.separator)
    if (
      word === DOCUMENT_START ||
      (line.includes(DOCUMENT_START) && columnOf(line, 0, this.separator) === DOCUMENT_START)
    ) {
      this.end(emit)
      this.documents++
      return
    }
    if (word === undefined) {
      const { length } = splitColumns(line, this.separator)
      throw new InputProblem(
        `found ${length === 1 ? '1 column' : `${length} columns`} separated by ${this.separator} (${quote(line)}), ` +
          `expected the words in column ${this.column}`,
      )
    }
    if (word === '') throw new InputProblem(`found nothing in column ${this.column} (${quote(line)}), expected a word`)
    this.words.push(withoutPrefix(word, this.prefix))
    this.lines.push(withTabs(line, this.separator))
  }

  end(emit: (sentence: Sentence) => void): void {
    const document = this.documents === 0 ? null : String(this.documents)
    if (this.words.length > 0)
      emit(within(document, sentenceOfWords(this.words, { format: 'conll', lines: this.lines })))
    this.words = []
    this.lines = []
  }
}

/** CoNLL-U: words are the FORMs of numbered rows; ranges, empty nodes and comments are kept for the output. */
class ConlluReader implements SentenceReader {
  private words: string[] = []
  private lines: string[] = []
  private document: string | null = null
  private documents = 0

  line(raw: string, emit: (sentence: Sentence) => void): void {
    const line = withoutReturn(raw)
    if (isBlank(line)) return this.end(emit)
    this.lines.push(line)
    if (line.startsWith('#')) return this.comment(line)
    const row = conlluRow(line)
    if (row.problem !== null) throw new InputProblem(row.problem)
    if (!row.token) return
    if (Number(row.fields[0]) !== this.words.length + 1)
      throw new InputProblem(`found the ID ${row.fields[0]}, expected ${this.words.length + 1}`)
    if (row.fields[FORM] === '') throw new InputProblem('found an empty FORM, expected a word')
    this.words.push(row.fields[FORM])
  }

  end(emit: (sentence: Sentence) => void): void {
    const sentence = sentenceOfWords(this.words, { format: 'conllu', lines: this.lines })
    if (this.words.length > 0) emit(within(this.document, sentence))
    this.words = []
    this.lines = []
  }

  /** `# newdoc`, or `# newdoc id = …` (universaldependencies.org/format.html). */
  private comment(line: string): void {
    const found = /^#\s*newdoc(?:\s+id\s*=\s*(.*?))?\s*$/.exec(line)
    if (found !== null) this.document = found[1] || String(++this.documents)
  }
}

function within(document: string | null, sentence: Sentence): Sentence {
  return document === null ? sentence : { ...sentence, document }
}

const FORM = CONLLU_COLUMNS.indexOf('FORM')
