/** Input formats: each takes a file line by line and gives sentences as soon as they are whole. Nothing is kept but the open one. */
import { codePoints, sentenceOfWords, type InputFormat, type Sentence } from '../../shared/tags/tagging.ts'
import { commentTest, type CommentTest } from '../data/comments.ts'
import { looksLikeConll } from '../data/conll.ts'
import { columnOf, conllLayout, DOCUMENT_START, isBlank, quote, splitColumns, withTabs } from '../data/conllLayout.ts'
import { CONLLU_COLUMNS, conlluRow, looksLikeConllu } from '../data/conllu.ts'
import { plainTokeniser, type Tokeniser } from '../data/tokens/tokeniser.ts'
import { tokeniseSentence, tokeniseText } from './tokenise.ts'

/** Takes the lines of a file in order, without their line feeds; a carriage return may be left at their end. */
export interface SentenceReader {
  /** Throws an InputFault. */
  line(line: string, emit: (sentence: Sentence) => void): void
  /** After the last line. */
  end(emit: (sentence: Sentence) => void): void
}

/** What is wrong with a line; whoever reads the file knows which. */
export class InputFault extends Error {
  override name = 'InputFault'
}

export interface ReaderOptions {
  format: InputFormat
  /** Column of the words in CoNLL files. */
  words: number
  /** Of the file, or what stands for it. */
  name: string
  /** What splits raw text into tokens; by default the plain rules. */
  tokeniser?: Tokeniser
}

/** A reader of the file that begins with the lines `sniffed`. */
export function readerFor(options: ReaderOptions, sniffed: string[]): SentenceReader {
  const { format, words, name, tokeniser = plainTokeniser } = options
  switch (format === 'auto' ? detectFormat(name, sniffed) : format) {
    case 'lines':
      return new TextReader((text, at) => tokeniseSentence(text, at, tokeniser))
    case 'tokens':
      return tokensReader()
    case 'conll':
      return new ConllReader(sniffed, words)
    case 'conllu':
      return new ConlluReader()
    case 'wrapped':
      return new WrappedReader(tokeniser)
    default:
      return new TextReader((text, at) => tokeniseText(text, at, tokeniser))
  }
}

/** The sentences of a text that is there as a whole. Throws an InputFault. */
export function sentencesOf(text: string, format: InputFormat, tokeniser?: Tokeniser): Sentence[] {
  const lines = text.split('\n')
  const reader = readerFor({ format, words: 0, name: '', ...(tokeniser && { tokeniser }) }, lines)
  const sentences: Sentence[] = []
  const emit = (sentence: Sentence) => void sentences.push(sentence)
  for (const line of lines) reader.line(line, emit)
  reader.end(emit)
  return sentences
}

function detectFormat(name: string, sniffed: string[]): InputFormat {
  const lines = sniffed.map(withoutReturn)
  if (looksLikeConllu(lines)) return 'conllu'
  if (looksLikeConll(lines)) return 'conll'
  const bare = name.toLowerCase().replace(/\.gz$/, '')
  if (bare.endsWith('.conllu')) return 'conllu'
  return /\.(conll|conll2003|iob2?|bioe?s?)$/.test(bare) ? 'conll' : 'text'
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** Every line is a text of its own. */
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

/** A paragraph of more characters is cut at the next end of a line: memory stays bounded. */
const LONGEST_PARAGRAPH = 100_000

/** Paragraphs of lines, apart by blank lines. */
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
  /** Null until there is a token to tell it by. */
  private separator: 'tab' | 'spaces' | null
  private readonly isComment: CommentTest
  private words: string[] = []
  private lines: string[] = []

  constructor(sniffed: string[], column: number) {
    this.column = column
    const lines = sniffed.map(withoutReturn)
    const layout = conllLayout(lines)
    this.separator = layout?.separator ?? null
    this.isComment = layout === null ? () => false : commentTest(lines, layout)
  }

  line(raw: string, emit: (sentence: Sentence) => void): void {
    const line = withoutReturn(raw)
    if (isBlank(line)) return this.end(emit)
    if (this.isComment(line, this.words.length > 0)) return
    this.separator ??= line.includes('\t') ? 'tab' : 'spaces'
    const word = columnOf(line, this.column, this.separator)
    if (
      word === DOCUMENT_START ||
      (line.includes(DOCUMENT_START) && columnOf(line, 0, this.separator) === DOCUMENT_START)
    )
      return this.end(emit)
    if (word === undefined) {
      const { length } = splitColumns(line, this.separator)
      throw new InputFault(
        `found ${length === 1 ? '1 column' : `${length} columns`} separated by ${this.separator} (${quote(line)}), expected the words in column ${this.column}`,
      )
    }
    if (word === '') throw new InputFault(`found nothing in column ${this.column} (${quote(line)}), expected a word`)
    this.words.push(word)
    this.lines.push(withTabs(line, this.separator))
  }

  end(emit: (sentence: Sentence) => void): void {
    if (this.words.length > 0) emit(sentenceOfWords(this.words, { format: 'conll', lines: this.lines }))
    this.words = []
    this.lines = []
  }
}

/** CoNLL-U: words are the FORMs of numbered rows; ranges, empty nodes and comments are kept for the output. */
class ConlluReader implements SentenceReader {
  private words: string[] = []
  private lines: string[] = []

  line(raw: string, emit: (sentence: Sentence) => void): void {
    const line = withoutReturn(raw)
    if (isBlank(line)) return this.end(emit)
    this.lines.push(line)
    if (line.startsWith('#')) return
    const row = conlluRow(line)
    if (row.fault !== null) throw new InputFault(row.fault)
    if (!row.token) return
    if (Number(row.fields[0]) !== this.words.length + 1)
      throw new InputFault(`found the ID ${row.fields[0]}, expected ${this.words.length + 1}`)
    if (row.fields[FORM] === '') throw new InputFault('found an empty FORM, expected a word')
    this.words.push(row.fields[FORM])
  }

  end(emit: (sentence: Sentence) => void): void {
    if (this.words.length > 0) emit(sentenceOfWords(this.words, { format: 'conllu', lines: this.lines }))
    this.words = []
    this.lines = []
  }
}

const FORM = CONLLU_COLUMNS.indexOf('FORM')
