/** Reads a config file (YAML, of which JSON is a part) and remembers the line of each setting. */
import { readFileSync, statSync } from 'node:fs'
import { isMap, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Node, YAMLMap } from 'yaml'
import { ConfigError } from './problems.ts'
import type { Problem } from './problems.ts'

export interface ConfigFile {
  /** The settings as written; an empty file is {}. */
  value: Record<string, unknown>
  /** `file:line` of the setting, or of the nearest group around it that is in the file. */
  locate(path: readonly PropertyKey[]): string
}

/** Settings are a few kB. Larger files are not settings, and YAML takes seconds per MB. */
const MAX_BYTES = 128_000
/** Settings are nested four deep. The parser takes minutes for thousands of levels. */
const MAX_DEPTH = 100
const MAX_INDENT = 500

/** Throws ConfigError if the file cannot be read, is not YAML, or does not contain settings. */
export function readConfigFile(file: string, shownAs: string = file): ConfigFile {
  return parseConfigText(readText(file, shownAs), shownAs)
}

/** The same for text that was already read. Throws ConfigError. */
export function parseConfigText(text: string, shownAs: string): ConfigFile {
  requireReasonable(text, shownAs)
  const lines = new LineCounter()
  // The parser's own check for duplicate keys compares all pairs of keys.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const where = (offset: number) => `${shownAs}:${lines.linePos(offset).line}`
  const problems = [
    ...document.errors.map(({ pos, message }) => ({ offset: pos[0], message: message.replace(/\s+/g, ' ') })),
    ...duplicateKeys(document),
  ].map(({ offset, message }): Problem => ({ where: where(offset), message: `not valid YAML: ${message}` }))
  if (problems.length > 0) throw new ConfigError(problems)
  const value = valueOf(document, shownAs) ?? {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new ConfigError([
      { where: `${shownAs}:1`, message: 'expected settings as "key: value"; found something else' },
    ])
  const locator = new Locator(document.contents)
  return { value: value as Record<string, unknown>, locate: (path) => where(locator.offsetOf(path)) }
}

/** Throws ConfigError for text that would keep the parser busy for minutes. */
function requireReasonable(text: string, shownAs: string): void {
  if (text.length > MAX_BYTES) throw new ConfigError([{ where: shownAs, message: tooLarge }])
  const line = tooDeepAt(text)
  if (line !== null)
    throw new ConfigError([{ where: `${shownAs}:${line}`, message: 'nested too deeply to be a config file' }])
}

const tooLarge = `larger than ${MAX_BYTES / 1000} kB, which is too large for a config file`

/** Number of the first line beyond the limits, from 1; null if there is none. Brackets in quotes count too. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  for (const [i, line] of text.split('\n').entries()) {
    if (line.length - line.trimStart().length > MAX_INDENT) return i + 1
    // Block entries on one line: "- - - x", "? ? ? x".
    const entries = /^\s*((?:[-?:]\s+)*)/.exec(line)![1].replaceAll(/\s/g, '').length
    if (entries > MAX_DEPTH) return i + 1
    for (const character of line) {
      if (character === '[' || character === '{') depth++
      else if ((character === ']' || character === '}') && depth > 0) depth--
      if (depth > MAX_DEPTH) return i + 1
    }
  }
  return null
}

function duplicateKeys(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = []
  visit(document, {
    Map(_, map) {
      const keys = new Set<string>()
      for (const { key } of map.items) {
        const name = keyName(key)
        if (keys.has(name)) found.push({ offset: (key as Node).range?.[0] ?? 0, message: 'Map keys must be unique' })
        keys.add(name)
      }
    },
  })
  return found
}

/** Throws ConfigError for aliases that expand without end. */
function valueOf(document: Document, shownAs: string): unknown {
  try {
    const value: unknown = document.toJS()
    JSON.stringify(value) // Throws if an anchor contains itself.
    return value
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof TypeError || error instanceof RangeError)) throw error
    throw new ConfigError([{ where: shownAs, message: 'its aliases (*name) expand to too many values' }])
  }
}

/** Finds where a path is written. */
class Locator {
  private readonly root: Node | null
  /** Entries of a map by key, built when the map is first searched. */
  private readonly entries = new Map<YAMLMap, Map<string, { key: unknown; value: unknown }>>()

  constructor(root: Node | null) {
    this.root = root
  }

  /** Offset of the key or list entry at the path; if it is not in the file, of the closest one around it. */
  offsetOf(path: readonly PropertyKey[]): number {
    let node: unknown = this.root
    let offset = 0
    for (const part of path) {
      if (isMap(node)) {
        const entry = this.entriesOf(node).get(String(part))
        if (entry === undefined) return offset
        offset = (entry.key as Node).range?.[0] ?? offset
        node = entry.value
      } else if (isSeq(node)) {
        node = node.items[Number(part)]
        offset = (node as Node | undefined)?.range?.[0] ?? offset
      } else {
        return offset
      }
    }
    return offset
  }

  private entriesOf(map: YAMLMap): Map<string, { key: unknown; value: unknown }> {
    let entries = this.entries.get(map)
    if (entries === undefined) {
      entries = new Map(map.items.map((item) => [keyName(item.key), item]))
      this.entries.set(map, entries)
    }
    return entries
  }
}

function keyName(key: unknown): string {
  return String((key as { value?: unknown } | null)?.value)
}

function readText(file: string, shownAs: string): string {
  const fail = (message: string): never => {
    throw new ConfigError([{ where: shownAs, message }])
  }
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) fail('is a folder, expected a config file')
    // The shell's `<(command)` has a writer already; any other pipe might wait for one for ever.
    if (!stats.isFile() && !/^\/(dev|proc\/self)\/fd\/\d+$/.test(file)) fail('is a pipe or a device, expected a file')
    if (stats.size > MAX_BYTES) fail(tooLarge)
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const { code } = error as NodeJS.ErrnoException
    return fail(code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`)
  }
}
