/** Base noun phrases of a UD tree: the span tags of the sample's task np. Derived by rule, not annotated by hand. */

/** Relations by which a token belongs to the phrase of its head, on the head's left, on its right, and anywhere below those. */
const LEFT = new Set(['det', 'det:predet', 'amod', 'nummod', 'compound', 'nmod:poss', 'nmod:desc', 'flat', 'goeswith'])
const RIGHT = new Set(['flat', 'goeswith', 'nummod', 'nmod:desc'])
const BELOW = new Set([...LEFT, 'advmod', 'conj', 'cc', 'fixed', 'case'])
const HEADS = new Set(['NOUN', 'PROPN', 'PRON'])

/** One token: head is the index of its head, -1 for the root. */
interface Node {
  head: number
  deprel: string
  upos: string
  xpos: string
}

function belongs(node: Node, index: number, head: number): boolean {
  if (node.xpos === 'HYPH') return true
  if (node.head !== head) return BELOW.has(node.deprel)
  return (index < head ? LEFT : RIGHT).has(node.deprel)
}

/** Indexes of all that hangs on `head` by the relations above. */
function members(nodes: Node[], head: number): Set<number> {
  const found = new Set([head])
  // A Set is iterated in the order of insertion, what is added on the way included.
  for (const parent of found) nodes.forEach((node, i) => node.head === parent && belongs(node, i, head) && found.add(i))
  return found
}

/** From the root down: a noun, proper noun or pronoun with the unbroken stretch of its members is a phrase; O elsewhere. IOB2. */
export function nounPhrases(rows: string[][]): string[] {
  const index = new Map(rows.map((row, i) => [row[0], i]))
  const nodes = rows.map((row): Node => ({ head: index.get(row[6]) ?? -1, deprel: row[7], upos: row[3], xpos: row[4] }))
  const depth = (i: number): number => (nodes[i].head < 0 ? 0 : 1 + depth(nodes[i].head))
  const heads = nodes
    .map((_, i) => i)
    .filter((i) => HEADS.has(nodes[i].upos))
    .sort((a, b) => depth(a) - depth(b) || a - b)
  const tags = rows.map(() => 'O')
  for (const head of heads) {
    if (tags[head] !== 'O') continue
    const own = members(nodes, head)
    const free = (i: number) => own.has(i) && tags[i] === 'O'
    let start = head
    let end = head + 1
    while (free(start - 1)) start--
    while (free(end)) end++
    while (start < head && nodes[start].upos === 'PUNCT') start++
    while (end > head + 1 && nodes[end - 1].upos === 'PUNCT') end--
    for (let t = start; t < end; t++) tags[t] = t === start ? 'B-NP' : 'I-NP'
  }
  return tags
}
