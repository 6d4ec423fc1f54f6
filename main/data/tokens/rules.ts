/** Token conventions indexed for look-up at one position of a text. */
import type { FollowedBy, Split, TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { dotShape } from './characters.ts'

export class TokenRules {
  private readonly conventions: TokenConventions
  private readonly whole: Set<string>
  private readonly clitics: Set<string>
  private readonly proclitics: Set<string>
  private readonly contractions: Map<string, number>
  private readonly left: Set<string>
  private readonly right: Set<string>
  private readonly units: Set<string>
  private readonly dots: Map<string, string>
  /** Length of the longest token in `whole`. */
  private readonly longest: number

  constructor(conventions: TokenConventions) {
    this.conventions = conventions
    this.whole = new Set(conventions.whole)
    this.longest = conventions.whole.reduce((most, text) => Math.max(most, text.length), 0)
    this.clitics = new Set(conventions.clitics)
    this.proclitics = new Set(conventions.proclitics)
    this.contractions = new Map(Object.entries(conventions.contractions))
    this.left = new Set(conventions.infixes.left)
    this.right = new Set(conventions.infixes.right)
    this.units = new Set(conventions.units)
    this.dots = new Map(Object.entries(conventions.dots))
  }

  isWhole(text: string): boolean {
    return text.length <= this.longest && this.whole.has(text)
  }

  isClitic(lower: string): boolean {
    return this.clitics.has(lower) || this.clitics.has(withStraightApostrophe(lower))
  }

  isProclitic(lower: string): boolean {
    return this.proclitics.has(lower) || this.proclitics.has(withStraightApostrophe(lower))
  }

  isUnit(lower: string): boolean {
    return this.units.has(lower)
  }

  /** Length of the first of two tokens that are written as one word. */
  contraction(lower: string): number | undefined {
    return this.contractions.get(lower)
  }

  /** Null: nothing is known. */
  keepsDot(word: string, followed: FollowedBy): boolean | null {
    const own = this.dots.get(word)
    if (own !== undefined) return own.includes(followed)
    return this.conventions.dotShapes[dotShape(word)]?.includes(followed) ? true : null
  }

  infix(left: string, leftKind: string, sign: string, right: string, rightKind: string): Split | undefined {
    if (leftKind !== 'D' && this.left.has(left + sign)) return 0
    if (rightKind !== 'D' && this.right.has(sign + right)) return 0
    return this.conventions.infixes.kinds[leftKind + sign + rightKind]
  }

  prefix(sign: string, kind: string): Split | undefined {
    return this.conventions.prefixes[sign + kind]
  }

  suffix(kind: string, sign: string): Split | undefined {
    return this.conventions.suffixes[kind + sign]
  }

  pair(first: string, second: string): Split | undefined {
    return this.conventions.pairs[first + second]
  }
}

/** Typeset text has ’ where most corpora have a straight apostrophe. */
const withStraightApostrophe = (text: string) => text.replace(/[’ʼ]/, "'")
