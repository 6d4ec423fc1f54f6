/** Tagging text with what was trained: formats, options, results. No Node, no DOM. */
import { CORPUS_FORMATS } from '../annotation/formats.ts'
import type { Method } from '../settings/methods.ts'
import type { TagScheme } from './tags.ts'
import type { Tokenisation } from './tokenConventions.ts'

/**
 * text: free text, a sentence ends at the end of its line at the latest; wrapped: free text whose lines end anywhere, blank lines
 * part its paragraphs; lines: one sentence a line; tokens: one sentence a line, its tokens apart by spaces; the formats of corpora:
 * their tokens; auto: by the first lines and the name, text where nothing says otherwise.
 */
export const INPUT_FORMATS = ['auto', 'text', 'wrapped', 'lines', 'tokens', ...CORPUS_FORMATS] as const
export type InputFormat = (typeof INPUT_FORMATS)[number]

/**
 * text: for reading, tags below the words; html: the same as a page; conll: columns apart by tabs; conllu: CoNLL-U; jsonl: a JSON object a sentence; doccano, prodigy,
 * labelstudio: as these tools take it, to be corrected there.
 */
export const OUTPUT_FORMATS = ['text', 'html', 'conll', 'conllu', 'jsonl', 'doccano', 'prodigy', 'labelstudio'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** What offsets count: UTF-16 units as JavaScript does, code points as Python does. */
export const OFFSET_UNITS = ['codePoints', 'utf16'] as const
export type OffsetUnit = (typeof OFFSET_UNITS)[number]

/** Scheme of span tags on the way out; asTrained: the one the network was trained in. */
export const SCHEMES_OUT = ['asTrained', 'IOB1', 'IOB2', 'BIOES', 'BILOU'] as const
export type SchemeOut = (typeof SCHEMES_OUT)[number]

/** One sentence on its way through the tagger. */
export interface Sentence {
  words: string[]
  /** The sentence as its text has it; where it came as tokens, these joined by spaces. */
  text: string
  /** [2n] first UTF-16 unit of each word in `text`, and the one after its last. */
  offsets: Int32Array
  /** First unit of `text` in all that was read, in UTF-16 units and in code points; null where it came as tokens. */
  start: Record<OffsetUnit, number> | null
  /** Of columns: the lines it came from, which may say more than its words. CoNLL: one a word, fields apart by tabs; CoNLL-U: rows and comments. */
  source: { format: 'conll' | 'conllu'; lines: string[] } | null
}

/** A task of a tagger. */
export interface TaggedTask {
  name: string
  kind: 'span' | 'token'
  /** That it was trained in; null for token tasks. */
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

/** What a sentence got from one task. */
export interface SentenceTags {
  task: string
  /** A tag a token; those of spans well-formed, with the spans that the evaluation counts. */
  tags: string[]
  confidence: number[] | null
  /** Null for token tasks. */
  spans: TaggedSpan[] | null
}

/** What a tagger is made of: for the first line of its output, and for people. */
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
  /** By default sparse sharing, else the first that the run has of hard, hierarchical, soft, subnet, single. */
  method?: Method | undefined
  /** All by default. */
  tasks?: string[] | undefined
  /** The most threads; 0 = as many as there are cores. */
  threads: number
  /** How raw text is split into tokens; auto by default. */
  tokens?: Tokenisation
  input: {
    /** As messages name it. */
    name: string
    /** Null: standard input. */
    path: string | null
    format: InputFormat
    /** Column of the words in CoNLL files. */
    words: number
    /** A WHATWG label; null: UTF-8. */
    encoding?: string | null
    /** Is told the format that was detected, where none was given. */
    onDetected?(format: InputFormat): void
    /** Standard input. */
    bytes(): AsyncIterable<Uint8Array>
  }
  output: {
    format: OutputFormat
    offsets: OffsetUnit
    scheme: SchemeOut
    confidence: boolean
    /** Of the terminal, for text. */
    columns: number
    paint: TextPaint
    /** Is waited for. */
    write(text: string): Promise<void>
  }
  /** Once it is loaded. */
  onReady(info: TaggerInfo): void
  onWarning(message: string): void
}

/** What became of it. */
export interface TagCounts {
  sentences: number
  tokens: number
  /** From the first sentence on, loading left out. */
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

/** A sentence that came as tokens. */
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
