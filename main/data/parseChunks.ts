/**
 * Base chunks of a phrase-structure tree, in the spirit of the CoNLL-2000 task (Tjong Kim Sang and Buchholz 2000): a chunk is what
 * a phrase says up to its head, without the phrases within it. The rules, which are ours, are fewer than those of the script behind
 * CoNLL-2000's own files:
 * - a word belongs to the lowest phrase over it; clauses and fragments are no phrases, and their own words are outside, but
 *   what opens an SBAR (that, because) is a chunk SBAR;
 * - QP, NX, NAC and WHNP count as NP, WHPP as PP, WHADVP as ADVP, WHADJP as ADJP, CONJP, INTJ, LST, PRT and UCP as themselves;
 * - an ADJP, ADVP, QP or UCP within an NP and before its last word is part of the NP;
 * - a VP within a VP goes on with it where nothing stands between (will / have been / sold);
 * - otherwise another phrase, or the same one after something else, is another chunk;
 * - punctuation and conjunctions are outside, unless they stand between two words of the chunk they would be in.
 */

/** A word's place in the tree, as CoNLL-2012 has it: the brackets around it, `*` for the word, e.g. `(TOP(S(NP*`, `*))`; and its part of speech. */
export interface ParsedWord {
  bits: string
  pos: string
}

interface Node {
  label: string
  parent: Node | null
  /** Number of the last word within it. */
  end: number
}

/** Labels that are chunks, and as what. */
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
/** What may stand before an NP's head and is then part of it. */
const WITHIN_NP = ['ADJP', 'ADVP', 'QP', 'UCP', 'NX', 'NAC']
/** Parts of speech of punctuation and conjunctions. */
const JOINTS = /^(CC|HYPH|-LRB-|-RRB-|[^A-Za-z$#]+)$/

/** IOB2 tags, one a word; null where the brackets do not make one tree. */
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
    const goesOn = last === chunk || (label === 'VP' && last !== null && chunk.parent === last && last.label === 'VP')
    last = chunk
    return `${goesOn ? 'I' : 'B'}-${label}`
  })
}

/** The lowest phrase over each word; brackets must open and close one tree around all words. */
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

/** The phrase a word's chunk is of: its own, or the NP around it before whose end it stands. */
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
