/** Formats of tagged text that are not read, found by their first lines: each is refused by its name. */

/** Tokens looked at, at most. */
const LINES = 20
/** The share of tokens that bear a tag: brackets around phrases bear none. */
const SHARE = 0.75
const MIN_TOKENS = 5

const COLUMNS = 'export columns: one token per line, with its tags beside it'

/** What was found and what to export instead, as a message; null for all else. `lines`: without blank ones. */
export function otherFormat(lines: readonly string[]): string | null {
  const first = lines[0] ?? ''
  const expected = `expected annotated text: ${COLUMNS}`
  if (first.startsWith('{\\rtf')) return 'found a document in RTF, expected text: save it as plain text'
  if (/^c=".*" \d+:\d+ \d+:\d+\|\|t="/.test(first))
    return 'found annotations of i2b2 (.con), expected annotated text: export columns, brat or JSON lines'
  if (/^\s*\((TOP|ROOT|S1?)?\s*\([A-Z][A-Z0-9$=|-]*[\s(]/.test(first))
    return `found Penn Treebank parse trees, ${expected}`
  if (/^[A-Za-z_]\w*\s*=\s*[[{]/.test(first))
    return 'found source code of Python, expected annotated text: write JSON lines with json.dumps'
  const joint = jointTags(lines.slice(0, LINES))
  return joint === null ? null : `found words with their tags behind ${joint}, ${expected}`
}

const JOINT: [sign: string, token: RegExp][] = [
  ['a slash (the/DT)', /^[^\s/]+\/[^\s/]+$|^\/\/[^\s/]+$|^[^\s]+\/[A-Z.,:$#`'()-]+$/],
  ['a bar (the|DT)', /^[^\s|]+(\|[^\s|]+)+$/],
  ['an underscore (the_DT)', /^\S+_[A-Z.,:$#`'"()-]+$/],
]

/** The sign that joins words and tags on lines of several tokens; null where none does. */
function jointTags(lines: readonly string[]): string | null {
  if (lines.some((line) => line.includes('\t'))) return null
  const tokens = lines.flatMap((line) => line.trim().split(/ +/)).filter((token) => !/^([[\]]|=+)$/.test(token))
  if (tokens.length < MIN_TOKENS || tokens.length < 1.5 * lines.length) return null
  const found = JOINT.find(([, token]) => tokens.filter((one) => token.test(one)).length >= SHARE * tokens.length)
  return found?.[0] ?? null
}
