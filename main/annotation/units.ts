/** Offsets of annotation tools to UTF-16 units and back. */
import type { ToolUnit } from '../../shared/annotation/annotation.ts'

/** Offsets of one text in one unit. */
export interface Ruler {
  /** Null where the text has no such place. */
  toUtf16(offset: number): number | null
  /** A place within a unit counts as the start of it, or as its end. */
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

/** A place in UTF-16 units. One that the text does not have is cut to it and says so: such spans are listed with the others. */
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

/** A place together with the text that is said to be there. */
export interface Claim {
  start: number
  end: number
  text: string
}

/** What the offsets of a text count, where the texts at them say so; else `fallback`. White space is not compared: tools change it. */
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

/** Label Studio writes a line feed as a backslash and an n. */
const squeezed = (text: string) => text.replace(/\\[nrt]|\s/g, '')
