/**
 * Splits text into tokens like the training corpus. Cases without evidence in the corpus follow the plain rules.
 */
import type { FollowedBy, TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { atomsOf, followedBy, isLetter } from './characters.ts'
import { plainOffsets, UNSPACED } from './plain.ts'
import { TokenRules } from './rules.ts'
import type { Tokeniser } from './types.ts'
import { splitPiece } from './word.ts'

/** In UTF-16 units. Longer pieces without white space are not words and follow the plain rules. */
const LONGEST_PIECE = 1000
/** Number of pieces cached with their tokens; most of a text consists of few distinct words. */
const REMEMBERED = 20_000
const PIECE = /\S+/gu
const LETTERS = /^[a-zA-Z]+$/
const ADDRESS = /(?:https?:\/\/|ftp:\/\/|mailto:|www\.)[^\s<>"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu
const NOT_ASCII = /[^\x00-\x7f]/
const MAY_HAVE_ADDRESS = /[@:]|www\./i

export class CorpusTokeniser implements Tokeniser {
  private readonly rules: TokenRules
  private readonly scripts: string
  private readonly starters: Set<string>
  private readonly titles: Set<string>
  private readonly remembered = new Map<string, number[]>()

  constructor(conventions: TokenConventions) {
    this.rules = new TokenRules(conventions)
    this.scripts = conventions.scripts
    this.starters = new Set(conventions.starters)
    this.titles = new Set(conventions.titles)
  }

  offsets(text: string): number[] {
    const offsets: number[] = []
    const pieces = text.match(PIECE) ?? []
    let from = 0
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]
      const at = text.indexOf(piece, from)
      from = at + piece.length
      if (LETTERS.test(piece) && this.rules.contraction(piece.toLowerCase()) === undefined) offsets.push(at, from)
      else for (const offset of this.ofPiece(piece, this.followedBy(piece, pieces[i + 1]))) offsets.push(at + offset)
    }
    return offsets
  }

  endsSentence(token: string, next: string): boolean {
    return token.endsWith('.') && !this.titles.has(token.slice(0, -1)) && this.isStarter(next)
  }

  /** Only relevant to pieces with a dot. */
  private followedBy(piece: string, next: string | undefined): FollowedBy {
    if (!piece.includes('.')) return 'p'
    const followed = followedBy(next)
    return followed === 'u' && this.endsSentence(piece, next!) ? 'e' : followed
  }

  /** Whether a text begins with a word that is capitalised only because a sentence begins. */
  private isStarter(text: string): boolean {
    const word = /^\p{Lu}[\p{Ll}\p{M}]*(?![\p{L}\p{N}])/u.exec(text)
    return word !== null && this.starters.has(word[0].toLowerCase())
  }

  private ofPiece(piece: string, followed: FollowedBy): number[] {
    if (piece.length > LONGEST_PIECE || UNSPACED.test(piece) || this.isForeign(piece)) return plainOffsets(piece)
    const key = followed + piece
    let found = this.remembered.get(key)
    if (found === undefined) {
      if (this.remembered.size >= REMEMBERED) this.remembered.clear()
      found = MAY_HAVE_ADDRESS.test(piece)
        ? this.aroundAddresses(piece, followed)
        : splitPiece(piece, followed, this.rules)
      this.remembered.set(key, found)
    }
    return found
  }

  private isForeign(piece: string): boolean {
    return NOT_ASCII.test(piece) && atomsOf(piece).some(({ kind }) => isLetter(kind) && !this.scripts.includes(kind))
  }

  private aroundAddresses(piece: string, followed: FollowedBy): number[] {
    const offsets: number[] = []
    let at = 0
    const splitUpTo = (end: number, after: FollowedBy) => {
      if (end > at) for (const offset of splitPiece(piece.slice(at, end), after, this.rules)) offsets.push(at + offset)
    }
    for (const { 0: match, index } of piece.matchAll(ADDRESS)) {
      splitUpTo(index, 'p')
      at = index + addressLength(match)
      offsets.push(index, at)
    }
    splitUpTo(piece.length, followed)
    return offsets
  }
}

/** Without the punctuation after an address. A closing bracket belongs to it if the address opened it. */
function addressLength(match: string): number {
  const open = { ')': 0, ']': 0 }
  for (const char of match) {
    if (char === '(') open[')']++
    else if (char === '[') open[']']++
    else if (char === ')' || char === ']') open[char]--
  }
  let end = match.length
  for (; end > 0; end--) {
    const last = match[end - 1]
    if (last === ')' || last === ']') {
      if (open[last] >= 0) break
      open[last]++
    } else if (!'\'",.;:!?}>’”'.includes(last)) break
  }
  return end
}
