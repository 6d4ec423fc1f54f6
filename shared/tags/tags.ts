/**
 * Span tags: a role (begin, inside, end, single, outside) and a type, in one of four schemes. No Node, no DOM.
 *
 * One rule reads all schemes, also ill-formed sequences: that of conlleval (CoNLL-2000/2003), with S as in seqeval. A
 * tag starts a span if it is B or S, or if the previous tag is outside, an end, a single, or of another type. A span
 * ends before the next start or outside tag. BILOU's L and U correspond to BIOES's E and S.
 */
export type TagScheme = 'IOB1' | 'IOB2' | 'BIOES' | 'BILOU'

/** Role of a token in its span. BILOU's L and U are END and SINGLE. */
export const OUTSIDE = 0
export const BEGIN = 1
export const INSIDE = 2
export const END = 3
export const SINGLE = 4

const ROLES: Record<string, number> = { B: BEGIN, I: INSIDE, E: END, S: SINGLE, L: END, U: SINGLE }
/** Letters of begin, inside, end, single (by role) in the schemes that name them by position alone. */
const LETTERS: Record<TagScheme, string> = { IOB1: 'OBI', IOB2: 'OBI', BIOES: 'OBIES', BILOU: 'OBILU' }

/** Parsed tag names: name i has role[i] and type types[type[i]]; outside tags have type -1. */
export interface TagTable {
  role: Uint8Array
  type: Int32Array
  types: string[]
}

export interface Span {
  type: string
  /** First token, and the one after the last. */
  start: number
  end: number
}

/**
 * The letter and the type of a span tag: `B-PER`, or `B` without types. Null if it is not a span tag; `O` has no type.
 */
export function splitTag(tag: string): { letter: string; type: string } | null {
  if (tag === 'O') return { letter: 'O', type: '' }
  if (!(tag[0] in ROLES) || (tag.length > 1 && tag[1] !== '-')) return null
  return { letter: tag[0], type: tag.slice(2) }
}

/** Parses tag names. Names that are not span tags count as outside; detect them with splitTag first. */
export function tagTable(names: string[]): TagTable {
  const role = new Uint8Array(names.length)
  const type = new Int32Array(names.length).fill(-1)
  const types: string[] = []
  names.forEach((name, i) => {
    const parts = splitTag(name)
    if (parts === null || parts.letter === 'O') return
    role[i] = ROLES[parts.letter]
    if (!types.includes(parts.type)) types.push(parts.type)
    type[i] = types.indexOf(parts.type)
  })
  return { role, type, types }
}

/** Whether a tag starts a span after the tag before it (OUTSIDE, -1 at the start of a sentence). */
export function startsSpan(roleBefore: number, typeBefore: number, role: number, type: number): boolean {
  if (role === OUTSIDE) return false
  return (
    role === BEGIN ||
    role === SINGLE ||
    roleBefore === OUTSIDE ||
    roleBefore === END ||
    roleBefore === SINGLE ||
    typeBefore !== type
  )
}

/** Calls visit(type, start, end) for every span of the tag ids[from..to), which are one sentence. */
export function visitSpans(
  table: TagTable,
  ids: Int32Array,
  from: number,
  to: number,
  visit: (type: number, start: number, end: number) => void,
): void {
  let start = -1
  let role = OUTSIDE
  let type = -1
  for (let t = from; t < to; t++) {
    const nextRole = table.role[ids[t]]
    const nextType = table.type[ids[t]]
    const starts = startsSpan(role, type, nextRole, nextType)
    if (start >= 0 && (starts || nextRole === OUTSIDE)) {
      visit(type, start, t)
      start = -1
    }
    if (starts) start = t
    role = nextRole
    type = nextType
  }
  if (start >= 0) visit(type, start, to)
}

/** The spans of one sentence, in order. */
export function spansOf(tags: string[]): Span[] {
  const { names, ids } = intern(tags)
  const table = tagTable(names)
  const spans: Span[] = []
  visitSpans(table, ids, 0, ids.length, (type, start, end) => spans.push({ type: table.types[type], start, end }))
  return spans
}

/** The role of the token at `offset` in a span of `length` tokens; `follows`: right after a span of the same type. */
function roleAt(offset: number, length: number, scheme: TagScheme, follows: boolean): number {
  if (scheme === 'IOB1') return offset === 0 && follows ? BEGIN : INSIDE
  if (scheme === 'IOB2') return offset === 0 ? BEGIN : INSIDE
  if (length === 1) return SINGLE
  return offset === 0 ? BEGIN : offset === length - 1 ? END : INSIDE
}

/** The tag name of a role and type in a scheme. */
function tagName(role: number, type: string, scheme: TagScheme): string {
  return role === OUTSIDE ? 'O' : type === '' ? LETTERS[scheme][role] : `${LETTERS[scheme][role]}-${type}`
}

/**
 * Converts tags of any scheme, as flat ids over many sentences, to another: sentenceStart [S + 1], ids [N] into names.
 * Ill-formed sequences become well-formed with the same spans.
 */
export function convertTagIds(
  names: string[],
  ids: Int32Array,
  sentenceStart: Int32Array,
  to: TagScheme,
): { names: string[]; ids: Int32Array } {
  const table = tagTable(names)
  const width = table.types.length
  // Candidate id 0 is O; then every role of every type. Only the names in use are kept, in the order of first use.
  const converted = new Int32Array(ids.length)
  const idOf = new Int32Array(1 + 4 * width).fill(-1)
  const newNames: string[] = []
  const use = (role: number, type: number): number => {
    const candidate = role === OUTSIDE ? 0 : 1 + (role - 1) * width + type
    if (idOf[candidate] < 0) idOf[candidate] = newNames.push(tagName(role, table.types[type], to)) - 1
    return idOf[candidate]
  }
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    let done = sentenceStart[s]
    let typeBefore = -1
    const outsideUpTo = (end: number) => {
      while (done < end) converted[done++] = use(OUTSIDE, -1)
    }
    visitSpans(table, ids, sentenceStart[s], sentenceStart[s + 1], (type, start, end) => {
      const follows = start === done && typeBefore === type
      outsideUpTo(start)
      for (; done < end; done++) converted[done] = use(roleAt(done - start, end - start, to, follows), type)
      typeBefore = type
    })
    outsideUpTo(sentenceStart[s + 1])
  }
  return { names: newNames, ids: converted }
}

/** Converts the tags of one sentence to another scheme. */
export function convertTags(tags: string[], to: TagScheme): string[] {
  const { names, ids } = intern(tags)
  const converted = convertTagIds(names, ids, Int32Array.of(0, ids.length), to)
  return Array.from(converted.ids, (id) => converted.names[id])
}

/** The tags of a sentence of `length` tokens. The spans must be in order and not overlap. */
export function tagsOfSpans(spans: Span[], length: number, scheme: TagScheme): string[] {
  const tags = new Array<string>(length).fill('O')
  spans.forEach((span, i) => {
    const follows = i > 0 && spans[i - 1].end === span.start && spans[i - 1].type === span.type
    for (let t = span.start; t < span.end; t++)
      tags[t] = tagName(roleAt(t - span.start, span.end - span.start, scheme, follows), span.type, scheme)
  })
  return tags
}

/** The distinct strings, and the index of each value in them. */
export function intern(values: string[]): { names: string[]; ids: Int32Array } {
  const index = new Map<string, number>()
  const ids = Int32Array.from(values, (value) => {
    if (!index.has(value)) index.set(value, index.size)
    return index.get(value)!
  })
  return { names: [...index.keys()], ids }
}

/** Whether a tag can occur in a scheme at all, by its letter. A separator without a type (`B-`, `I--`) cannot. */
export function inScheme(tag: string, scheme: TagScheme): boolean {
  const parts = splitTag(tag)
  return parts !== null && LETTERS[scheme].includes(parts.letter) && !(tag.length > 1 && /^-*$/.test(parts.type))
}
