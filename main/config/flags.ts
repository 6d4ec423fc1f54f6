/** Flags that are settings: their names, and their text turned into values. */
import { ANY_NAME } from '../../shared/util/nested.ts'
import { didYouMean, nearest } from './nearest.ts'
import { isBoolean, sections, settings } from './settings.ts'
import type { Setting } from './settings.ts'

/** One setting given on the command line. */
export interface FlagValue {
  /** As the user wrote it, e.g. --imp.epochs: shown in errors. */
  flag: string
  path: string[]
  value: unknown
}

/** What a flag's name stands for. */
export interface FlagTarget {
  path: string[]
  setting: Setting
}

/** The setting a dotted name means, e.g. imp.epochs or tasks.ner.tags. A corpus may have dots in its name. */
export function settingOfFlag(name: string): FlagTarget | undefined {
  if (name.split('.').includes('__proto__')) return undefined
  for (const setting of settings) {
    const path = match(setting.path, name)
    if (path !== null) return { path, setting }
  }
  return undefined
}

function match(pattern: string[], name: string): string[] | null {
  const at = pattern.indexOf(ANY_NAME)
  if (at < 0) return pattern.join('.') === name ? pattern : null
  const before = pattern.slice(0, at).join('.') + '.'
  const after = pattern
    .slice(at + 1)
    .map((part) => `.${part}`)
    .join('')
  const fits = name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length
  return fits
    ? [...pattern.slice(0, at), name.slice(before.length, name.length - after.length), ...pattern.slice(at + 1)]
    : null
}

/**
 * The text of a flag as the value its setting wants. Text that does not fit stays text: the schema then says what
 * was expected, in the same words as for a file.
 */
export function valueOfText(setting: Setting, text: string): unknown {
  if (setting.nullable && (text === 'none' || text === 'null')) return null
  const types = setting.schemas.map((schema) => schema.type)
  if (types.includes('array'))
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
  if (isBoolean(setting)) return text === 'true' ? true : text === 'false' ? false : text
  const number = types.includes('integer') || types.includes('number')
  return number && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}

/** "imp.epoch is not a setting; did you mean imp.epochs?": for a path in a file. */
export function unknownSetting(path: readonly string[]): string {
  const name = path.join('.')
  return `${name} is not a setting${didYouMean(nearest(name, settingNames(path)))}`
}

/** All names of settings and groups, the names the user chose in this path put in. */
export function settingNames(path: readonly string[]): string[] {
  const known = [
    ...sections.filter((section) => section.path.length > 0 && section.path.at(-1) !== ANY_NAME),
    ...settings,
  ]
  return known.map(({ path: pattern }) =>
    pattern.map((part, i) => (part === ANY_NAME ? (path[i] ?? 'NAME') : part)).join('.'),
  )
}
