/**
 * Characters and word parts used by token conventions: runs of letters, runs of digits, single signs.
 */
import type { FollowedBy } from '../../../shared/tags/tokenConventions.ts'

/**
 * Kind of a character: D = digit, S = sign, else its script's letter. Rules learned on one script do not apply to
 * another.
 */
export type Kind = 'D' | 'S' | 'L' | 'G' | 'C' | 'H' | 'A' | 'X'

export interface Atom {
  start: number
  end: number
  kind: Kind
}

const LETTER = /[\p{L}\p{M}]/u
const DIGIT = /\p{N}/u
const SCRIPTS: [Kind, RegExp][] = [
  ['L', /\p{Script=Latin}/u],
  ['G', /\p{Script=Greek}/u],
  ['C', /\p{Script=Cyrillic}/u],
  ['H', /\p{Script=Hebrew}/u],
  ['A', /\p{Script=Arabic}/u],
]

/** Kind of a code point. Marks count as letters. */
export function kindOf(code: number): Kind {
  if (code < 0x80) {
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return 'L'
    return code >= 0x30 && code <= 0x39 ? 'D' : 'S'
  }
  const char = String.fromCodePoint(code)
  if (DIGIT.test(char)) return 'D'
  if (!LETTER.test(char)) return 'S'
  return SCRIPTS.find(([, script]) => script.test(char))?.[0] ?? 'X'
}

export const isWordKind = (kind: Kind) => kind !== 'S'
export const isLetter = (kind: Kind) => kind !== 'S' && kind !== 'D'

/**
 * The atoms of a text without white space, in order; together they are the text. A mark belongs to the letter before
 * it.
 */
export function atomsOf(text: string): Atom[] {
  const atoms: Atom[] = []
  for (let i = 0; i < text.length;) {
    const code = text.codePointAt(i)!
    const end = i + (code > 0xffff ? 2 : 1)
    const last = atoms.at(-1)
    let kind = kindOf(code)
    const mark = code >= 0x300 && last !== undefined && last.kind !== 'S' && /\p{M}/u.test(String.fromCodePoint(code))
    if (mark) kind = last.kind
    if (last !== undefined && kind !== 'S' && last.kind === kind) last.end = end
    else atoms.push({ start: i, end, kind })
    i = end
  }
  return atoms
}

/** Apostrophe characters used in texts. */
export const APOSTROPHES = new Set(["'", '’', '`', '‘', 'ʼ'])

/** Signs written without a space after the preceding word, and with one before the next. */
export const CLOSING = new Set(Array.from('.,;:!?)]}%…”’»\'"'))
/** Signs written without a space before the following word. */
export const OPENING = new Set(Array.from('([{$£€¥“‘`«¿¡"\''))

export const isAddress = (token: string) =>
  /^(?:https?:\/\/|ftp:\/\/|mailto:|www\.)/i.test(token) || /^[\w.+%-]+@[\w-]+\.[\w.-]+$/.test(token)

/**
 * Shape of a word before a dot, for words that were not seen: a letter, an acronym with dots, digits, capitalised,
 * lower-case, other.
 */
export function dotShape(word: string): string {
  if (/^\p{Lu}$/u.test(word)) return 'A'
  if (/^(?:\p{L}\.)+\p{L}$/u.test(word)) return 'A.A'
  if (/^\p{N}+$/u.test(word)) return word.length < 3 ? '1' : '111'
  if (/^\p{Lu}\p{Ll}+$/u.test(word)) return word.length < 5 ? 'Aaa' : 'Aaaaa'
  if (/^\p{Ll}+$/u.test(word)) return word.length < 4 ? 'aaa' : 'aaaa'
  return /[\p{L}\p{N}]/u.test(word) ? '*' : '.'
}

/** What stands after a word and its dot. */
export function followedBy(next: string | undefined): FollowedBy {
  if (next === undefined || next === '') return 'e'
  const kind = kindOf(next.codePointAt(0)!)
  if (kind === 'D') return 'd'
  if (kind === 'S') return 'p'
  return /^\p{Ll}/u.test(next) ? 'l' : 'u'
}
