/**
 * Extracts base chunks from a phrase-structure tree, similar to the CoNLL-2000 task (Tjong Kim Sang and Buchholz
 * 2000): a chunk is a phrase up to its head, without embedded phrases. The rules are simpler than those of the script
 * that produced the CoNLL-2000 files:
 * - a word belongs to the lowest phrase above it; clauses and fragments are not phrases and their own words are
 *   outside, but the words that open an SBAR (that, because) are a chunk SBAR;
 * - QP, NX, NAC and WHNP become NP, WHPP becomes PP, WHADVP ADVP, WHADJP ADJP; CONJP, INTJ, LST, PRT and UCP are kept;
 * - an ADJP, ADVP, QP or UCP within an NP and before its last word is part of the NP;
 * - a VP directly inside a VP continues its chunk if nothing is between them (will / have been / sold);
 * - any other change of phrase, or a return to a phrase, starts a new chunk;
 * - punctuation and conjunctions are outside, unless they stand between two words of the same phrase.
 */

/**
 * A word's CoNLL-2012 parse bit: its brackets, with `*` for the word, e.g. `(TOP(S(NP*`, `*))`; and its part of
 * speech.
 */
export interface ParsedWord {
  bits: string
  pos: string
}

interface Node {
  label: string
  parent: Node | null
  /** Index of its last word. */
  end: number
}

/** Chunk type by phrase label. */
const CHUNKS: Record<string, string> = {
  NP: 'NP',
  QP: 'NP',
  NX: 'NP',
  NAC: 'NP',
  WHNP: 'NP',
  VP: 'VP',
  PP: 'PP',
  WHPP: 'PP',
  ADVP: 'ADVP',
  WHADVP: 'ADVP',
  ADJP: 'ADJP',
  WHADJP: 'ADJP',
  SBAR: 'SBAR',
  PRT: 'PRT',
  CONJP: 'CONJP',
  INTJ: 'INTJ',
  LST: 'LST',
  UCP: 'UCP',
}
/** Phrases that are part of an NP if they precede its head. */
const WITHIN_NP = ['ADJP', 'ADVP', 'QP', 'UCP', 'NX', 'NAC']
/** Parts of speech of punctuation and conjunctions. */
const JOINTS = /^(CC|HYPH|-LRB-|-RRB-|[^A-Za-z$#]+)$/

/** IOB2 tags, one per word; null if the brackets do not form one tree. */
export function chunksOfParse(words: readonly ParsedWord[]): string[] | null {
  const chunks = treeOf(words)?.map(phraseOf)
  if (chunks === undefined) return null
  let last: Node | null = null
  return chunks.map((chunk, t) => {
    const label = CHUNKS[chunk.label]
    const between = chunks[t - 1] === chunk && chunks[t + 1] === chunk
    if (label === undefined || (!between && JOINTS.test(words[t].pos))) {
      last = null
      return 'O'
    }
    const continues =
      last === chunk || (label === 'VP' && last !== null && chunk.parent === last && last.label === 'VP')
    last = chunk
    return `${continues ? 'I' : 'B'}-${label}`
  })
}

/** The lowest phrase above each word; null unless the brackets form one tree over all words. */
function treeOf(words: readonly ParsedWord[]): Node[] | null {
  let open: Node | null = null
  const leaves: Node[] = []
  for (const [t, { bits }] of words.entries()) {
    const parts = /^((?:\([^()*]+)*)\*(\)*)$/.exec(bits)
    if (parts === null) return null
    for (const [, label] of parts[1].matchAll(/\(([^()*]+)/g))
      open = { label: label.replace(/[-=].*$/, ''), parent: open, end: -1 }
    if (open === null) return null
    leaves.push(open)
    for (let i = 0; i < parts[2].length; i++) {
      if (open === null) return null
      open.end = t
      open = open.parent
    }
    if (open === null && t + 1 < words.length) return null
  }
  return open === null ? leaves : null
}

/** The phrase of a word's chunk: its own phrase, or the NP that contains it and ends later. */
function phraseOf(leaf: Node): Node {
  let node = leaf
  while (
    node.parent !== null &&
    WITHIN_NP.includes(node.label) &&
    CHUNKS[node.parent.label] === 'NP' &&
    node.end < node.parent.end
  )
    node = node.parent
  return node
}
