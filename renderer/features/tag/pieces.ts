/** Cuts a long text into pieces for the tagger: the first answer comes soon, and unchanged pieces need no new one. */
import type { InputFormat } from '../../../shared/tags/tagging.ts'

/** The formats that the window accepts. */
export type TextFormat = Extract<InputFormat, 'text' | 'wrapped' | 'lines' | 'tokens'>

export interface Piece {
  /** The first UTF-16 unit in the text. */
  start: number
  text: string
}

export interface PieceSizes {
  /** UTF-16 units of a piece where lines end often enough. */
  usual: number
  /** The most that a piece can have; a request may hold 200,000. */
  most: number
}

const SIZES: PieceSizes = { usual: 4000, most: 150_000 }
/** After an edit, the text goes on with one of this many earlier pieces. */
const LOOK_AHEAD = 8

/**
 * Pieces of a text, cut where no sentence continues: after a line, or after a blank line where lines may end anywhere
 * ("wrapped"). Blank pieces are left out. `before`: the pieces of an earlier version of the text; after an edit, all but
 * the changed one are the same again, wherever they are now.
 */
export function piecesOf(
  text: string,
  format: TextFormat,
  before: readonly Piece[] = [],
  sizes: PieceSizes = SIZES,
): Piece[] {
  const pieces: Piece[] = []
  let next = 0
  for (let start = 0; start < text.length;) {
    const earlier = before.slice(next, next + LOOK_AHEAD)
    const same = earlier.findIndex((piece) => isPieceAt(text, start, piece.text, format))
    if (same >= 0) next += same + 1
    const end = same >= 0 ? start + earlier[same].text.length : endOf(text, start, format, earlier, sizes)
    const piece = text.slice(start, end)
    if (piece.trim() !== '') pieces.push({ start, text: piece })
    start = end
  }
  return pieces
}

/** Where a new piece ends: where an earlier one continues, if that is near, else at the next good cut. */
function endOf(
  text: string,
  start: number,
  format: TextFormat,
  earlier: readonly Piece[],
  { usual, most }: PieceSizes,
): number {
  const ends = earlier.flatMap((piece) => {
    const near = text.slice(start, start + 2 * usual + piece.text.length)
    const at = start + near.indexOf(piece.text, 1)
    return at > start && isCut(text, at, format) && isPieceAt(text, at, piece.text, format) ? [at] : []
  })
  if (ends.length > 0) return Math.min(...ends)
  if (text.length - start <= usual) return text.length
  return cutAfter(text, start, format === 'wrapped' ? /\n\s*\n/g : /\n/g, usual, most)
}

const isPieceAt = (text: string, start: number, piece: string, format: TextFormat) =>
  text.startsWith(piece, start) && isCut(text, start + piece.length, format)

/** Whether a sentence cannot continue across this position. */
function isCut(text: string, at: number, format: TextFormat): boolean {
  if (at === text.length) return true
  return format === 'wrapped' ? /\n\s*\n$/.test(text.slice(Math.max(0, at - 100), at)) : text[at - 1] === '\n'
}

/** The first cut after the usual length, else the end of the text; within a sentence only where a piece is too long. */
function cutAfter(text: string, start: number, end: RegExp, usual: number, most: number): number {
  end.lastIndex = start + usual - 1
  const found = end.exec(text)
  const cut = found === null ? text.length : found.index + found[0].length
  return cut - start <= most ? cut : start + forcedCut(text.slice(start, start + most))
}

/** After the last white space, else between two characters as a reader sees them (graphemes). */
function forcedCut(text: string): number {
  const space = text.search(/\s\S*$/)
  if (space >= 0) return space + 1
  const last = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text.slice(-100))].at(-1)!
  return last.index === 0 ? text.length : text.length - last.segment.length
}
