/** Reads a config file (YAML, and so JSON) and remembers on which line each setting stands. */
import { readFileSync } from 'node:fs'
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Node } from 'yaml'
import { ConfigError } from './problems.ts'

export interface ConfigFile {
  /** The settings as written; an empty file is {}. */
  value: Record<string, unknown>
  /** `file:line` of the setting, or of the nearest group around it that is in the file. */
  locate(path: readonly PropertyKey[]): string
}

/** Throws ConfigError where the file cannot be read, is not YAML, or is not a list of settings. */
export function readConfigFile(file: string, shownAs: string = file): ConfigFile {
  return parseConfigText(readText(file, shownAs), shownAs)
}

/** The same for text already read. Throws ConfigError. */
export function parseConfigText(text: string, shownAs: string): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map((error) => ({
    where: `${shownAs}:${lines.linePos(error.pos[0]).line}`,
    message: `not valid YAML: ${error.message.replace(/\s+/g, ' ')}`,
  }))
  if (problems.length > 0) throw new ConfigError(problems)
  const value: unknown = document.toJS() ?? {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError([
      { where: `${shownAs}:1`, message: 'expected settings as "key: value"; found something else' },
    ])
  }
  const locate = (path: readonly PropertyKey[]) => `${shownAs}:${lines.linePos(offsetOf(document.contents, path)).line}`
  return { value: value as Record<string, unknown>, locate }
}

function readText(file: string, shownAs: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const message =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'is a folder, expected a config file'
          : `cannot be read (${code})`
    throw new ConfigError([{ where: shownAs, message }])
  }
}

/** Offset of the key (or list entry) at the path; where it is not in the file, of the closest one around it. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root
  let offset = 0
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String((item.key as { value?: unknown }).value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else {
      return offset
    }
  }
  return offset
}
