/** A long text goes to the tagger in pieces: the first answer comes soon, and what did not change is not asked again. */
import type { InputFormat } from '../../../shared/tags/tagging.ts'

/** What a window takes text as. */
export type TextFormat = Extract<InputFormat, 'text' | 'wrapped' | 'lines' | 'tokens'>

export interface Piece {
  /** First UTF-16 unit in the text. */
  start: number
  text: string
}

/** UTF-16 units that a piece has where lines end often enough; a request may hold 200,000. */
const USUAL = 4000
const MOST = 150_000

/** Pieces of a text, cut where no sentence goes on: after a line, or after a blank line where lines end anywhere. What is blank is left out. */
export function piecesOf(text: string, format: TextFormat, usual = USUAL, most = MOST): Piece[] {
  const pieces: Piece[] = []
  for (let start = 0; start < text.length;) {
    const end =
      text.length - start <= usual
        ? text.length
        : cutAfter(text, start, format === 'wrapped' ? /\n\s*\n/g : /\n/g, usual, most)
    const piece = text.slice(start, end)
    if (piece.trim() !== '') pieces.push({ start, text: piece })
    start = end
  }
  return pieces
}

/** The first good place after the usual length, else the end of the text, else one that cuts a sentence: nothing may be longer than `most`. */
function cutAfter(text: string, start: number, end: RegExp, usual: number, most: number): number {
  end.lastIndex = start + usual - 1
  const found = end.exec(text)
  const cut = found === null ? text.length : found.index + found[0].length
  return cut - start <= most ? cut : start + forced(text.slice(start, start + most))
}

/** After the last white space, else between two characters as a reader sees them. */
function forced(text: string): number {
  const space = text.search(/\s\S*$/)
  if (space >= 0) return space + 1
  const last = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(-100))].at(-1)!
  return last.index === 0 ? text.length : text.length - last.segment.length
}
