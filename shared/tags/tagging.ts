/** Types for tagging text with a trained model: formats, options, results. No Node, no DOM. */
import { CORPUS_FORMATS } from '../annotation/formats.ts'
import type { Method } from '../settings/methods.ts'
import type { TagScheme } from './tags.ts'
import type { Tokenisation } from './tokenConventions.ts'

/**
 * text: free text whose sentences do not cross lines; wrapped: free text with arbitrary line breaks and blank lines
 * between paragraphs; lines: one sentence per line; tokens: one sentence per line, tokens separated by spaces; corpus
 * formats: their tokens; auto: detected by the first lines and the name, else text.
 */
export const INPUT_FORMATS = ['auto', 'text', 'wrapped', 'lines', 'tokens', ...CORPUS_FORMATS] as const
export type InputFormat = (typeof INPUT_FORMATS)[number]

/**
 * text: human-readable, tags below the words; html: the same as a web page; conll: tab-separated columns; conllu:
 * CoNLL-U; jsonl: one JSON object per sentence; doccano, prodigy, labelstudio: for import and correction in these
 * tools.
 */
export const OUTPUT_FORMATS = ['text', 'html', 'conll', 'conllu', 'jsonl', 'doccano', 'prodigy', 'labelstudio'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** Unit of offsets: UTF-16 units as in JavaScript, code points as in Python. */
export const OFFSET_UNITS = ['codePoints', 'utf16'] as const
export type OffsetUnit = (typeof OFFSET_UNITS)[number]

/** Scheme of span tags in the output; asTrained: the scheme the network was trained with. */
export const SCHEMES_OUT = ['asTrained', 'IOB1', 'IOB2', 'BIOES', 'BILOU'] as const
export type SchemeOut = (typeof SCHEMES_OUT)[number]

/** One sentence processed by the tagger. */
export interface Sentence {
  words: string[]
  /** The text of the sentence; for token input, the words joined by spaces. */
  text: string
  /** [2n] start and end (exclusive) of each word in `text`, in UTF-16 units. */
  offsets: Int32Array
  /** Start of `text` in the whole input, in UTF-16 units and code points; null for token input. */
  start: Record<OffsetUnit, number> | null
  /**
   * The source lines of column input, which may contain more than the words. CoNLL: one per word, fields separated by
   * tabs; CoNLL-U: rows and comments.
   */
  source: { format: 'conll' | 'conllu'; lines: string[] } | null
  /** The document that it belongs to: its name or number. Absent where the input marks no documents. */
  document?: string
}

/** A task of a tagger. */
export interface TaggedTask {
  name: string
  kind: 'span' | 'token'
  /** Scheme it was trained with; null for token tasks. */
  scheme: TagScheme | null
  /** By id. */
  tagNames: string[]
}

/** A span among the tokens of a sentence. */
export interface TaggedSpan {
  type: string
  /** First token, and the one after the last. */
  from: number
  to: number
  /** The least confidence of its tokens. */
  confidence: number | null
}

/** The predictions of one task for a sentence. */
export interface SentenceTags {
  task: string
  /** One tag per token; span tags are well-formed and denote the spans counted by the evaluation. */
  tags: string[]
  confidence: number[] | null
  /** Null for token tasks. */
  spans: TaggedSpan[] | null
}

/** Description of a tagger, for the first line of its output and for display. */
export interface TaggerInfo {
  run: string
  name: string
  method: Method
  tasks: TaggedTask[]
}

/** Colours of a terminal, or none. */
export interface TextPaint {
  bold(text: string): string
  dim(text: string): string
  good(text: string): string
}

/** One input to tag with one model. */
export interface TagJob {
  /** Default: sparse sharing, else the first available of hard, hierarchical, soft, subnet, single. */
  method?: Method | undefined
  /** All by default. */
  tasks?: string[] | undefined
  /** Divide scores by the temperatures that were fitted on dev. Default: as the run, or the packed model, is set. */
  calibrated?: boolean | undefined
  /** Maximum number of threads; 0 = number of cores. */
  threads: number
  /** How raw text is split into tokens; auto by default. */
  tokens?: Tokenisation
  input: {
    /** Name used in messages. */
    name: string
    /** Null: standard input. */
    path: string | null
    format: InputFormat
    /** Column of the words in CoNLL files. */
    words: number
    /** A WHATWG label; null: UTF-8. */
    encoding?: string | null
    /** Whether someone waits for the answer to each line: then the first line alone decides what `auto` is. */
    interactive?: boolean
    /** Called with the detected format if none was given. */
    onDetected?(format: InputFormat): void
    /** Standard input. */
    bytes(): AsyncIterable<Uint8Array>
  }
  output: {
    format: OutputFormat
    offsets: OffsetUnit
    scheme: SchemeOut
    confidence: boolean
    /** Width of the terminal, for the text format. */
    columns: number
    paint: TextPaint
    /** The tagger awaits the returned promise. */
    write(text: string): Promise<void>
  }
  /** Called when the tagger is loaded. */
  onReady(info: TaggerInfo): void
  onWarning(message: string): void
}

/** Counts of a finished job. */
export interface TagCounts {
  sentences: number
  tokens: number
  /** Time since the first sentence, without loading. */
  seconds: number
}

/** Offsets of words joined by spaces. */
export function offsetsOfJoined(words: readonly string[]): Int32Array {
  const offsets = new Int32Array(2 * words.length)
  let at = 0
  words.forEach((word, i) => {
    offsets[2 * i] = at
    offsets[2 * i + 1] = at + word.length
    at += word.length + 1
  })
  return offsets
}

/** Creates a sentence from tokens. */
export function sentenceOfWords(words: string[], source: Sentence['source'] = null): Sentence {
  return { words, text: words.join(' '), offsets: offsetsOfJoined(words), start: null, source }
}

/** Number of code points of a text; a lone surrogate counts as one. */
export function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i + 1 < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) count--
  }
  return count
}

/** UTF-16 offsets into a text, as code points. Ascending order is not needed. */
export function inCodePoints(text: string, offsets: Int32Array): Int32Array {
  if (!/[\ud800-\udbff]/.test(text)) return offsets
  const before = new Int32Array(text.length + 1)
  for (let i = 0, count = 0; i < text.length; i++) {
    before[i] = count
    const inside = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
    if (!inside) count++
    before[i + 1] = count
  }
  return offsets.map((offset) => before[offset])
}
