/** Splits a piece of text without white space and without addresses as the training corpus does. */
import type { FollowedBy, Split } from '../../../shared/tags/tokenConventions.ts'
import { APOSTROPHES, atomsOf, isWordKind, type Atom } from './characters.ts'
import { plainOffsets } from './plain.ts'
import type { TokenRules } from './rules.ts'

/** Most atoms of a token that is looked up as a whole: keeps the search linear. */
const MOST_ATOMS = 12

/** [2n] offsets of the tokens. `followed`: what stands after the piece. */
export function splitPiece(text: string, followed: FollowedBy, rules: TokenRules): number[] {
  return new PieceSplitter(text, followed, rules).offsets()
}

/**
 * Starts from the plain rules. Each step below decides some positions; later steps do not change earlier decisions.
 */
class PieceSplitter {
  private readonly text: string
  private readonly lower: string
  private readonly followed: FollowedBy
  private readonly rules: TokenRules
  private readonly atoms: Atom[]
  /** [length + 1] whether a token begins or ends before a UTF-16 unit, and whether that is decided. */
  private readonly split: Uint8Array
  private readonly decided: Uint8Array

  constructor(text: string, followed: FollowedBy, rules: TokenRules) {
    this.text = text
    const lower = text.toLowerCase()
    // `İ` becomes two characters, and offsets would no longer be those of the text.
    this.lower = lower.length === text.length ? lower : text
    this.followed = followed
    this.rules = rules
    this.atoms = atomsOf(text)
    this.split = new Uint8Array(text.length + 1)
    this.decided = new Uint8Array(text.length + 1)
    const context = followed === 'e' || followed === 'p' ? text : `${text} a`
    for (const offset of plainOffsets(context)) if (offset <= text.length) this.split[offset] = 1
  }

  offsets(): number[] {
    this.keepWholeTokens()
    this.decideDots()
    this.splitClitics()
    this.decideSigns()
    const offsets: number[] = []
    let from = 0
    for (let i = 1; i <= this.text.length; i++)
      if (this.split[i] === 1 || i === this.text.length) {
        offsets.push(from, i)
        from = i
      }
    return offsets
  }

  private of(a: number): string {
    return this.lower.slice(this.atoms[a].start, this.atoms[a].end)
  }

  private isWord(a: number): boolean {
    return a >= 0 && a < this.atoms.length && isWordKind(this.atoms[a].kind)
  }

  private decide(at: number, split: Split): void {
    if (this.decided[at] === 1) return
    this.split[at] = split
    this.decided[at] = 1
  }

  private keepTogether(from: number, to: number): void {
    for (let i = from + 1; i < to; i++) this.decide(i, 0)
  }

  /** Tokens of the training corpus, the longest first. */
  private keepWholeTokens(): void {
    const { atoms, text } = this
    for (let a = 0; a < atoms.length; a++) {
      if (this.isWord(a - 1)) continue
      for (let b = Math.min(atoms.length - 1, a + MOST_ATOMS); b > a; b--) {
        if (this.isWord(b + 1) && (this.isWord(b) || this.of(b) === '.')) continue
        if (!this.rules.isWhole(text.slice(atoms[a].start, atoms[b].end))) continue
        this.keepTogether(atoms[a].start, atoms[b].end)
        if (!this.isWord(a)) this.decide(atoms[a].start, 1)
        if (!this.isWord(b)) this.decide(atoms[b].end, 1)
        a = b
        break
      }
    }
  }

  /** Dots after words: of abbreviations, or ends of sentences. Letters and dots in turn (`U.S`) are one word. */
  private decideDots(): void {
    const { atoms, text } = this
    for (let a = 1; a < atoms.length; a++) {
      if (this.of(a) !== '.' || !this.isWord(a - 1) || this.isWord(a + 1)) continue
      const ellipsis = a + 1 < atoms.length && this.of(a + 1) === '.'
      if (ellipsis && (a + 2 < atoms.length || this.isWord(a - 2))) continue
      let first = a - 1
      while (first >= 2 && this.isLetter(first) && this.of(first - 1) === '.' && this.isLetter(first - 2)) first -= 2
      if (first !== a - 1) this.keepTogether(atoms[first].start, atoms[a].start)
      const followed = a + 1 < atoms.length ? 'p' : this.followed
      const kept = this.rules.keepsDot(text.slice(atoms[first].start, atoms[a].start), followed)
      if (kept !== null) this.decide(atoms[a].start, kept ? 0 : 1)
      if (kept && !this.isWord(a + 2)) this.decide(atoms[a].end, 1)
    }
  }

  private isLetter(a: number): boolean {
    return this.isWord(a) && this.atoms[a].end - this.atoms[a].start === 1
  }

  private splitClitics(): void {
    const { atoms, lower } = this
    for (let a = 0; a < atoms.length; a++) {
      const { start, end } = atoms[a]
      if (this.isWord(a)) {
        const first = this.isWord(a - 1) || this.isWord(a + 1) ? undefined : this.rules.contraction(this.of(a))
        if (first !== undefined) this.decide(start + first, 1)
      } else if (APOSTROPHES.has(this.of(a)) && this.isWord(a - 1) && this.isWord(a + 1)) {
        const begin = this.isWord(a + 2) ? null : this.cliticStart(a)
        if (begin !== null) {
          this.decide(begin, 1)
          this.keepTogether(begin, atoms[a + 1].end)
        } else if (this.rules.isProclitic(lower.slice(atoms[a - 1].start, end))) {
          this.keepTogether(atoms[a - 1].start, end)
          this.decide(end, 1)
        }
      }
    }
  }

  /** Where the clitic around the apostrophe `a` begins: at it ('s) or a letter before it (n't). */
  private cliticStart(a: number): number | null {
    const { start } = this.atoms[a]
    const { end } = this.atoms[a + 1]
    if (start - 1 > this.atoms[a - 1].start && this.rules.isClitic(this.lower.slice(start - 1, end))) return start - 1
    return this.rules.isClitic(this.lower.slice(start, end)) ? start : null
  }

  /** The dot of an abbreviation, which is part of the word before. */
  private isOwnDot(a: number): boolean {
    return this.isWord(a - 1) && this.of(a) === '.' && this.split[this.atoms[a].start] === 0
  }

  private decideSigns(): void {
    const { atoms } = this
    for (let a = 0; a < atoms.length; a++) {
      const { start, end } = atoms[a]
      if (this.isWord(a)) {
        if (a > 0 && atoms[a - 1].kind === 'D' && this.rules.isUnit(this.of(a))) this.decide(start, 1)
        continue
      }
      const sign = this.of(a)
      const left = this.isWord(a - 1) ? a - 1 : a > 1 && this.isOwnDot(a - 1) ? a - 2 : null
      const after = this.isWord(a + 1) ? atoms[a + 1].kind : null
      if (left !== null && after !== null) {
        const rule = this.rules.infix(this.of(left), atoms[left].kind, sign, this.of(a + 1), after)
        this.follow(rule, start)
        this.follow(rule, end)
      } else if (after !== null) {
        if (start === 0 || this.split[start] === 1) this.follow(this.rules.prefix(sign, after), end)
      } else if (left !== null) this.follow(this.rules.suffix(atoms[left].kind, sign), start)
      const beforeSign = a + 1 < atoms.length && after === null
      if (beforeSign && !(this.isWord(a + 2) && this.isOwnDot(a)))
        this.follow(this.rules.pair(sign, this.of(a + 1)), end)
    }
  }

  private follow(rule: Split | undefined, at: number): void {
    if (rule !== undefined) this.decide(at, rule)
  }
}
