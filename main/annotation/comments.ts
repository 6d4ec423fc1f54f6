/** Converts the comments of a CoNLL-U sentence to metadata and back. */
import { isObject } from './json.ts'

/**
 * Comments have the form `# key = value`. `# meta = {…}` holds values that do not fit on a line. `# text` is left out,
 * because it is the text itself.
 */
export function metaOfComments(lines: readonly string[]): Record<string, unknown> {
  const meta: Record<string, unknown> = {}
  for (const line of lines) {
    const [, key, value] = /^#\s*([^\s=]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (key === undefined || key === 'text') continue
    const more = key === 'meta' ? parsed(value) : null
    if (isObject(more)) Object.assign(meta, more)
    else meta[key] = value
  }
  return meta
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export function commentsOfMeta(meta: Record<string, unknown>): string {
  const plain = Object.entries(meta).filter((entry): entry is [string, string] => isPlain(entry))
  const others = Object.entries(meta).filter((entry) => !isPlain(entry))
  const lines = [
    ...plain.map(([key, value]) => `# ${key} = ${value}\n`),
    ...(others.length > 0 ? [`# meta = ${JSON.stringify(Object.fromEntries(others))}\n`] : []),
  ]
  return lines.join('')
}

/** Whether the value can be written on one line and read back unchanged. */
function isPlain([key, value]: [string, unknown]): boolean {
  return (
    /^[\w.-]+$/.test(key) &&
    key !== 'text' &&
    key !== 'meta' &&
    typeof value === 'string' &&
    /^\S(?:.*\S)?$/.test(value)
  )
}
