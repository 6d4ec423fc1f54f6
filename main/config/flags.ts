/** Settings as flags: their names, and the values of their texts. */
import { ANY_NAME } from '../../shared/util/nested.ts'
import type { Suggest } from './nearest.ts'
import { brief } from './brief.ts'
import { isBoolean, sectionAt, sections, settings } from './settings.ts'
import type { Setting } from './settings.ts'

/** One setting given on the command line. */
export interface FlagValue {
  /** As the user wrote it, e.g. --imp.epochs; shown in errors. */
  flag: string
  path: string[]
  value: unknown
}

/** The setting that a flag sets. */
export interface FlagTarget {
  path: string[]
  setting: Setting
}

/** The setting with a dotted name, e.g. imp.epochs or tasks.ner.tags. The name of a corpus may contain dots. */
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
 * Converts the text of a flag to the type of its setting. Text that cannot be converted stays text: the schema then
 * reports what was expected, in the same words as for a file.
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
  const wantsNumber = types.includes('integer') || types.includes('number')
  const isNumber = wantsNumber && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
  // 1e400 is too large for a number: as text it is reported as written.
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : text
}

/** "imp.epoch is not a setting; did you mean imp.epochs?": for a path in a file. */
export function unknownSetting(path: readonly string[], suggest: Suggest): string {
  const name = path.join('.')
  const groups = sections.filter((section) => section.path.length > 0 && section.path.at(-1) !== ANY_NAME)
  const candidates = () => [...groups.map((group) => nameOf(group.path, path)), ...settingNames(path)]
  return `${brief(name, '')} is not a setting${suggest(name, candidates)}`
}

/** The names of all settings, with the names that the user chose in `path` filled in. */
export function settingNames(path: readonly string[]): string[] {
  return settings.map((setting) => nameOf(setting.path, path))
}

/** If the name is that of a group of settings, e.g. tasks or tasks.ner: the name of its first setting. */
export function groupOfFlag(name: string): string | undefined {
  const path = name.split('.')
  if (sectionAt(path) === undefined || name === '') return undefined
  const member = settings.find((setting) =>
    path.every((part, i) => setting.path[i] === ANY_NAME || setting.path[i] === part),
  )
  return member && nameOf(member.path, path)
}

function nameOf(pattern: readonly string[], path: readonly string[]): string {
  return pattern.map((part, i) => (part === ANY_NAME ? (path[i] ?? 'NAME') : part)).join('.')
}
