/** Formats of files whose text is to be labelled. No Node, no DOM. */
import { CORPUS_FORMATS, FORMAT_TITLES } from './formats.ts'

/**
 * text: running text whose sentences do not cross lines; wrapped: running text with line breaks anywhere; lines: one
 * sentence per line; tokens: one sentence per line, words separated by spaces; table: a table (CSV, TSV) with a column
 * of text; records: JSON or JSON lines with a field of text; corpus formats: their words.
 */
export const TEXT_FORMATS = ['text', 'wrapped', 'lines', 'tokens', 'table', 'records', ...CORPUS_FORMATS] as const
export type TextFormat = (typeof TEXT_FORMATS)[number]

export const TEXT_FORMAT_TITLES: Record<TextFormat, string> = {
  ...FORMAT_TITLES,
  text: 'running text',
  wrapped: 'running text with line breaks inside sentences',
  lines: 'one sentence per line',
  tokens: 'one sentence per line, words separated by spaces',
  table: 'a table with a column of text',
  records: 'JSON records with a field of text',
}

/** What a file seems to be, and what would be read from it. */
export interface InspectedText {
  /** The uploaded file; null: the pasted text. */
  file: string | null
  name: string
  /** Null where it cannot be read: `problem` says why and what would work. */
  format: TextFormat | null
  /** The format in words. */
  title: string
  /** Columns of a table, and the one that is read. */
  columns: string[] | null
  column: number | null
  /** Fields of JSON records that hold text, and the one that is read. */
  fields: string[] | null
  field: string | null
  sentences: number
  tokens: number
  /** Whether its text runs from right to left. */
  rightToLeft: boolean
  /** The first sentences, at most 5. */
  first: string[]
  problem: string | null
  /** A remark, e.g. that labels in the file are not read; or null. */
  note: string | null
}

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu
const LETTERS = /\p{L}/gu

/** Whether most letters of a text belong to scripts that run from right to left. */
export function runsRightToLeft(text: string): boolean {
  const letters = text.match(LETTERS)?.length ?? 0
  return letters > 0 && 2 * (text.match(RIGHT_TO_LEFT)?.length ?? 0) > letters
}
