/**
 * Which dots belong to the word before them (abbreviations, initials, ordinals), and after which of them a sentence may
 * end.
 */
import type { FollowedBy, TokenConventions } from '../../../shared/tags/tokenConventions.ts'
import { dotShape, followedBy, isWordKind } from './characters.ts'
import type { Spelling, TrainingTokens } from './spellings.ts'

type DotRules = Pick<TokenConventions, 'dots' | 'dotShapes' | 'starters' | 'titles'>

const WITHIN = ['l', 'u', 'd', 'p'] as const
const FOLLOWED: readonly FollowedBy[] = ['e', ...WITHIN]
/** Share of capitalised sentence beginnings that are not recognised as such: see `starters`. */
const UNRECOGNISED = 1 / 4
/** More frequent words are not used as evidence for unseen words. */
const RARE = 4

/** How often the dot belongs to the word, and how often it is a token, by what follows. */
type DotCounts = Record<FollowedBy, [together: number, apart: number]>

const noCounts = (): DotCounts => ({ e: [0, 0], l: [0, 0], u: [0, 0], d: [0, 0], p: [0, 0] })
const sum = (own: DotCounts, side: 0 | 1, over: readonly FollowedBy[] = FOLLOWED) =>
  over.reduce((all, f) => all + own[f][side], 0)

export function learnDots({ sentences }: TrainingTokens): DotRules {
  const counts = countDots(sentences)
  spreadEnds(counts, shareOfStarts(sentences))
  const keptAtEnd = keepsDotAtEnd(counts)
  const dots = [...counts].flatMap(([word, own]): [string, string][] => {
    const kept = FOLLOWED.filter((f) => keepsDot(own, f, keptAtEnd)).join('')
    return sum(own, 0) === 0 || kept === '' ? [] : [[word, kept]]
  })
  return {
    dots: Object.fromEntries(dots),
    dotShapes: Object.fromEntries(shapeRules(counts)),
    starters: starters(sentences),
    titles: [...counts].flatMap(([word, own]) => (isTitle(own) ? [word] : [])),
  }
}

function countDots(sentences: Spelling[][]): Map<string, DotCounts> {
  const counts = new Map<string, DotCounts>()
  const add = (word: string, next: Spelling | undefined, side: 0 | 1) => {
    let own = counts.get(word)
    if (own === undefined) counts.set(word, (own = noCounts()))
    own[followedBy(next?.text)][side]++
  }
  for (const words of sentences)
    for (let i = 0; i < words.length; i++) {
      const { text, atoms, last } = words[i]
      if (isWordKind(last)) {
        if (words[i + 1]?.text === '.') add(text, words[i + 2], 1)
      } else if (text.endsWith('.') && atoms.length > 1 && isWordKind(atoms[atoms.length - 2].kind))
        add(text.slice(0, -1), words[i + 1], 0)
    }
  return counts
}

/** Shares of what sentences begin with. */
function shareOfStarts(sentences: Spelling[][]): Record<FollowedBy, number> {
  const shares = { e: 0, l: 0, u: 0, d: 0, p: 0 }
  for (const words of sentences) shares[followedBy(words[0]?.text)] += 1 / sentences.length
  return shares
}

/** In running text a dot at the end is followed by the next sentence: it counts against a dot of the word there too. */
function spreadEnds(counts: Map<string, DotCounts>, starts: Record<FollowedBy, number>): void {
  for (const own of counts.values())
    for (const f of WITHIN) own[f][1] += own.e[1] * starts[f] * (f === 'u' ? UNRECOGNISED : 1)
}

function keepsDot(own: DotCounts, f: FollowedBy, keptAtEnd: boolean): boolean {
  const [together, apart] = own[f]
  if (together + apart >= 1) return together >= apart
  return f === 'e' ? keptAtEnd : sum(own, 0, WITHIN) >= sum(own, 1, WITHIN)
}

/** At the end of a sentence one dot stands for two. Which token gets it is one convention for all abbreviations. */
function keepsDotAtEnd(counts: Map<string, DotCounts>): boolean {
  let [together, apart] = [0, 0]
  for (const own of counts.values()) {
    // Words that are no abbreviations have their dots at the end only.
    if (sum(own, 0, WITHIN) === 0 || sum(own, 0) < own.e[1]) continue
    together += own.e[0]
    apart += own.e[1]
  }
  return together > apart
}

/** Rare words are the evidence for unseen words. */
function shapeRules(counts: Map<string, DotCounts>): [string, string][] {
  const shapes = new Map<string, DotCounts>()
  for (const [word, own] of counts) {
    const shape = dotShape(word)
    if (sum(own, 0) + sum(own, 1) > RARE && shape !== 'A' && shape !== 'A.A') continue
    const all = shapes.get(shape) ?? noCounts()
    for (const f of FOLLOWED) for (const side of [0, 1] as const) all[f][side] += Math.min(1, own[f][side])
    shapes.set(shape, all)
  }
  const rules = [...shapes].map(([shape, all]): [string, string] => [
    shape,
    FOLLOWED.filter((f) => all[f][0] >= 2 && all[f][0] > all[f][1]).join(''),
  ])
  return rules.filter(([, kept]) => kept !== '')
}

/** Words that are capitalised at the start of a sentence and hardly elsewhere. */
function starters(sentences: Spelling[][]): string[] {
  const counts = new Map<string, { start: number; capital: number; small: number }>()
  for (const words of sentences)
    words.forEach(({ text, lower, first }, i) => {
      if (!isWordKind(first) || first === 'D') return
      let own = counts.get(lower)
      if (own === undefined) counts.set(lower, (own = { start: 0, capital: 0, small: 0 }))
      own[text === lower ? 'small' : i === 0 ? 'start' : 'capital']++
    })
  return [...counts].flatMap(([word, { start, capital, small }]) =>
    start >= 3 && small >= 8 * capital && start >= 4 * capital ? [word] : [],
  )
}

/** Seen before names and never at an end. */
function isTitle({ e, l, u, d }: DotCounts): boolean {
  return e[0] + e[1] === 0 && u[0] >= 2 && u[0] >= 4 * (l[0] + d[0])
}
