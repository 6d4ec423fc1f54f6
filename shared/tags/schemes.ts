/** Detects the scheme of tags, and finds sequences that break the rules of their scheme. No Node, no DOM. */
import { BEGIN, END, INSIDE, OUTSIDE, splitTag, tagTable, type TagScheme } from './tags.ts'

/** Counts from which the scheme is detected. */
export interface SchemeEvidence {
  /** Tokens by letter: O, B, I, E, S, L, U. */
  letters: Record<string, number>
  /** I after O, after another type or at the start of a sentence: fine in IOB1, never in IOB2. */
  insideStarts: number
  /** B after O, after another type or at the start of a sentence: never in IOB1, fine in IOB2. */
  beginStarts: number
  /** B right after its own type: fine in both. */
  beginFollows: number
  /** Tags that are not span tags, most frequent first. */
  others: { tag: string; count: number }[]
}

/** Counts over flat tag ids [N] of sentences sentenceStart [S + 1]. */
export function schemeEvidence(names: string[], ids: Int32Array, sentenceStart: Int32Array): SchemeEvidence {
  const { role, type } = tagTable(names)
  const counts = new Int32Array(names.length)
  const evidence: SchemeEvidence = { letters: {}, insideStarts: 0, beginStarts: 0, beginFollows: 0, others: [] }
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    let typeBefore = -1
    for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++) {
      const id = ids[t]
      counts[id]++
      if (role[id] === INSIDE && type[id] !== typeBefore) evidence.insideStarts++
      if (role[id] === BEGIN && type[id] === typeBefore) evidence.beginFollows++
      else if (role[id] === BEGIN) evidence.beginStarts++
      typeBefore = type[id]
    }
  }
  names.forEach((tag, i) => {
    if (counts[i] === 0) return
    const parts = splitTag(tag)
    if (parts === null) evidence.others.push({ tag, count: counts[i] })
    else evidence.letters[parts.letter] = (evidence.letters[parts.letter] ?? 0) + counts[i]
  })
  evidence.others.sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1))
  return evidence
}

/**
 * The scheme supported by the evidence. Null if the tags are not spans: other tags occur, O is missing (unless the user
 * `wanted` spans), no tag has a prefix, or letters of both BIOES and BILOU occur. Of IOB1 and IOB2, the one that fewer
 * tokens contradict; only I tags mean IOB1.
 */
export function detectScheme(evidence: SchemeEvidence, wanted = false): TagScheme | null {
  const has = (letter: string) => (evidence.letters[letter] ?? 0) > 0
  const bioes = has('E') || has('S')
  const bilou = has('L') || has('U')
  if (evidence.others.length > 0 || (!has('O') && !wanted) || (bioes && bilou)) return null
  if (bioes) return 'BIOES'
  if (bilou) return 'BILOU'
  if (!has('B') && !has('I')) return null
  return evidence.insideStarts < evidence.beginStarts ? 'IOB2' : 'IOB1'
}

/** The evidence in one line, for messages. */
export function describeEvidence(evidence: SchemeEvidence): string {
  const parts = Object.keys(evidence.letters)
    .sort()
    .map((letter) => `${letter === 'O' ? 'O' : `${letter}-`} ${evidence.letters[letter]}`)
  if (evidence.others.length > 0)
    parts.push(
      `other tags ${evidence.others
        .slice(0, 3)
        .map((other) => `${other.tag} ${other.count}`)
        .join(', ')}`,
    )
  if (Object.keys(evidence.letters).length === 0) return parts.join(', ')
  const { insideStarts, beginStarts, beginFollows } = evidence
  return (
    `${parts.join(', ')}; spans started by I- ${insideStarts}, by B- ${beginStarts}, ` +
    `B- right after the same type ${beginFollows}`
  )
}

/** A token at which a sequence breaks its scheme. */
export interface TagProblem {
  /** Token at which the problem is reported. */
  index: number
  /** The tag, the previous tag (null at the start of a sentence), and what was expected. */
  tag: string
  before: string | null
  expected: string
}

/** Calls visit for every problem in the sequences; ids [N] into names. Tags outside the scheme are not checked here. */
export function visitTagProblems(
  names: string[],
  ids: Int32Array,
  sentenceStart: Int32Array,
  scheme: TagScheme,
  visit: (problem: TagProblem) => void,
): void {
  const { role, type } = tagTable(names)
  const rule = scheme === 'IOB1' ? brokenIob1 : scheme === 'IOB2' ? brokenIob2 : brokenBioes
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    let before = -1
    const end = sentenceStart[s + 1]
    for (let t = sentenceStart[s]; t <= end; t++) {
      const now = t < end ? ids[t] : -1
      const same = before >= 0 && now >= 0 && type[before] === type[now]
      const expected = rule(before < 0 ? OUTSIDE : role[before], now < 0 ? OUTSIDE : role[now], same)
      if (expected !== null) {
        const place = t < end ? t : t - 1
        const from = place > sentenceStart[s] ? names[ids[place - 1]] : null
        visit({
          index: place,
          tag: names[ids[place]],
          before: from,
          expected: now < 0 ? 'the span to end within the sentence' : expected,
        })
      }
      before = now
    }
  }
}

function brokenIob1(before: number, now: number, same: boolean): string | null {
  return now === BEGIN && !(before !== OUTSIDE && same) ? 'I-, for B- only parts neighbours of one type' : null
}

function brokenIob2(before: number, now: number, same: boolean): string | null {
  return now === INSIDE && !(before !== OUTSIDE && same) ? 'B- to start a span' : null
}

/** BIOES and BILOU: inside and end follow exactly after begin or inside of their type. */
function brokenBioes(before: number, now: number, same: boolean): string | null {
  const continues = now === INSIDE || now === END
  if (before === BEGIN || before === INSIDE) return continues && same ? null : 'the span before it to end first'
  return continues ? `a span to start before it, or ${now === END ? 'a single' : 'a begin'} tag` : null
}
