/**
 * Parses a command line. `parseArgs` of node:util does not fit: every setting is a flag, some with names that the user
 * chose (--tasks.ner.tags), and it must know beforehand which flags take a value.
 */
import type { FlagValue } from '../config/flags.ts'
import { brief } from '../config/brief.ts'
import { didYouMean, nearest } from '../config/nearest.ts'
import type { Problem } from '../config/problems.ts'
import type { ShortFlag } from '../config/shortcuts.ts'

/** Separates the values of an option that was given more than once. */
export const SEPARATOR = '\n'

export interface Option {
  name: string
  short?: string
  /** Placeholder of its value in the help; absent for a switch. */
  value?: string
  /** May be given more than once: see manyOf. */
  repeats?: true
  description: string
}

export interface Grammar {
  options: readonly Option[]
  /** The settings as flags; null for a command without them, which then does not load the schema. */
  settings: SettingFlags | null
  maxArguments: number
}

export interface ParsedArgs {
  arguments: string[]
  /** Switches are true. */
  options: Map<string, string | true>
  settings: FlagValue[]
  shortcuts: ShortFlag[]
  /**
   * Everything wrong with the command line. Collected, not thrown, so that they are reported with those of the
   * settings.
   */
  problems: Problem[]
}

/** See settingFlags.ts. */
export interface SettingFlags {
  /** The flag of a setting, or a shortcut; `name` is without dashes. */
  find(name: string): Flag | null
  /** A setting of the group that the name is; undefined for anything else. */
  memberOf(name: string): string | undefined
  /** Names that a misspelt one may mean. */
  namesLike(name: string): string[]
}

/** What a flag does once it is recognised. `take` gets its text, or true for a switch. */
export interface Flag {
  takesValue: boolean
  take(text: string | true, flag: string, result: ParsedArgs): void
}

export function parseArgs(argv: readonly string[], grammar: Grammar): ParsedArgs {
  const result: ParsedArgs = { arguments: [], options: new Map(), settings: [], shortcuts: [], problems: [] }
  const rest = [...argv]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') result.arguments.push(...rest.splice(0))
    else if (word.startsWith('-') && word.length > 1) takeFlag(word, rest, grammar, result)
    else result.arguments.push(word)
  }
  for (const extra of result.arguments.slice(grammar.maxArguments))
    result.problems.push({ where: null, message: `unexpected argument ${brief(extra)}` })
  return result
}

function takeFlag(word: string, rest: string[], grammar: Grammar, result: ParsedArgs): void {
  const at = word.indexOf('=')
  const written = at < 0 ? word : word.slice(0, at)
  const inline = at < 0 ? null : word.slice(at + 1)
  const flag = findFlag(written, grammar)
  if (flag === null) {
    result.problems.push({ where: null, message: unknownFlag(written, grammar) })
    // The next word was most likely meant as its value; reading it as a config file would be a second, false error.
    if (inline === null && rest.length > 0 && !rest[0].startsWith('-')) rest.shift()
    return
  }
  if (!flag.takesValue) {
    const next = inline ?? (rest[0] === 'true' || rest[0] === 'false' ? rest.shift()! : true)
    return flag.take(next, written, result)
  }
  if (inline === null && (rest.length === 0 || rest[0].startsWith('--'))) {
    result.problems.push({ where: null, message: `${written} needs a value` })
    return
  }
  flag.take(inline ?? rest.shift()!, written, result)
}

function findFlag(written: string, grammar: Grammar): Flag | null {
  const option = grammar.options.find(
    (one) => written === `--${one.name}` || (one.short !== undefined && written === `-${one.short}`),
  )
  if (option !== undefined) return optionFlag(option)
  return written.startsWith('--') ? (grammar.settings?.find(written.slice(2)) ?? null) : null
}

function optionFlag({ name, value, repeats }: Option): Flag {
  return {
    takesValue: value !== undefined,
    take(text, flag, result) {
      if (value === undefined && text === 'false') return
      if (value === undefined && text !== true && text !== 'true')
        result.problems.push({ where: null, message: `${flag} takes no value` })
      if (value !== undefined && text === '') result.problems.push({ where: null, message: `${flag} needs a value` })
      const before = repeats === true ? result.options.get(name) : undefined
      const joined = before === undefined ? text : `${before}${SEPARATOR}${text}`
      result.options.set(name, value === undefined ? true : joined)
    },
  }
}

function unknownFlag(written: string, grammar: Grammar): string {
  const name = written.replace(/^-+(no-(?=.*\.))?/, '')
  if (name.split('.').includes('__proto__')) return `${brief(written, '')}: invalid name: __proto__ is reserved`
  const member = grammar.settings?.memberOf(name)
  if (member !== undefined) return `${written} is a group of settings; set one of them, such as --${member}`
  const known = [...grammar.options.map((one) => one.name), ...(grammar.settings?.namesLike(name) ?? [])]
  const what = grammar.settings !== null && name.includes('.') ? 'setting' : 'flag'
  return `${brief(written, '')} is not a ${what}${didYouMean(nearest(name, known).map((one) => `--${one}`))}`
}
