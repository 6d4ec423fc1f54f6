/** Converts offsets of annotation tools to UTF-16 units and back. */
import type { ToolUnit } from '../../shared/annotation/annotation.ts'

/** Converts offsets of one text between one unit and UTF-16. */
export interface Ruler {
  /** Null if the offset is outside the text. */
  toUtf16(offset: number): number | null
  /** An offset within a unit is moved to the start or the end of the unit. */
  fromUtf16(offset: number, side: 'start' | 'end'): number
}

const IDENTITY = (text: string): Ruler => ({
  toUtf16: (offset) => (offset >= 0 && offset <= text.length ? offset : null),
  fromUtf16: (offset) => offset,
})

let segmenter: Intl.Segmenter | null = null

export function rulerOf(text: string, unit: ToolUnit): Ruler {
  if (unit === 'utf16' || (unit === 'codePoints' && !/[\ud800-\udfff]/.test(text))) return IDENTITY(text)
  return rulerOfBorders(unit === 'codePoints' ? Array.from(text) : graphemes(text), text.length)
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

function rulerOfBorders(units: string[], length: number): Ruler {
  const borders = new Int32Array(units.length + 1)
  const unitAt = new Int32Array(length + 1)
  units.forEach((unit, i) => {
    borders[i + 1] = borders[i] + unit.length
    unitAt.fill(i, borders[i], borders[i + 1])
  })
  unitAt[length] = units.length
  return {
    toUtf16: (offset) => (offset >= 0 && offset < borders.length ? borders[offset] : null),
    fromUtf16: (offset, side) => unitAt[offset] + (side === 'end' && borders[unitAt[offset]] < offset ? 1 : 0),
  }
}

/**
 * Converts a span to UTF-16 units. A span outside the text gets the offsets 0 to 0 and the reason in `outside`, so that
 * it is reported.
 */
export function spanAt(
  ruler: Ruler,
  start: number,
  end: number,
): { start: number; end: number; place: [number, number]; outside?: string } {
  const [from, to] = [ruler.toUtf16(start), ruler.toUtf16(end)]
  const place: [number, number] = [start, end]
  if (from !== null && to !== null && from <= to) return { start: from, end: to, place }
  const outside =
    start > end
      ? 'starts after its end'
      : 'is not within its text; --offsets says what offsets count, --spans skip leaves it out'
  return { start: 0, end: 0, place, outside }
}

/** A span together with the text that the file gives for it. */
export interface Claim {
  start: number
  end: number
  text: string
}

/**
 * The unit of a text's offsets, if the texts given for the spans determine it; else `fallback`. White space is not
 * compared, because tools change it.
 */
export function unitThatFits(text: string, claims: readonly Claim[], fallback: ToolUnit): ToolUnit {
  if (claims.length === 0 || !/[\ud800-\udfff]/.test(text)) return fallback
  const fitting = (unit: ToolUnit) => {
    const ruler = rulerOf(text, unit)
    return claims.filter((claim) => claimHolds(text, ruler, claim)).length
  }
  const counts = { codePoints: fitting('codePoints'), utf16: fitting('utf16') }
  if (fallback !== 'graphemes' && counts.codePoints === counts.utf16) return fallback
  if (fallback === 'graphemes' && fitting('graphemes') >= Math.max(counts.codePoints, counts.utf16)) return fallback
  return counts.codePoints > counts.utf16 ? 'codePoints' : 'utf16'
}

export function claimHolds(text: string, ruler: Ruler, claim: Claim): boolean {
  const [start, end] = [ruler.toUtf16(claim.start), ruler.toUtf16(claim.end)]
  return start !== null && end !== null && squeezed(text.slice(start, end)) === squeezed(claim.text)
}

/** Label Studio writes a line feed as the two characters `\n`. */
const squeezed = (text: string) => text.replace(/\\[nrt]|\s/g, '')
