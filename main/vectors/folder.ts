/** Paths and names of installed word vector sets. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const EXTENSION = '.vectors'
/** Names contain no separator and no dot, so they cannot be mistaken for paths. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i

export function isSetName(text: string): boolean {
  return NAME.test(text)
}

export function setPath(folder: string, name: string): string {
  return join(folder, `${name}${EXTENSION}`)
}

/** The names of the installed sets, in order. */
export function setNames(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .filter(isSetName)
    .toSorted()
}
