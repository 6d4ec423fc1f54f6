/** Values of options, checked. All throw UsageError. */
import { brief } from '../config/brief.ts'
import { SEPARATOR, type ParsedArgs } from './args.ts'
import { textOf } from './command.ts'
import { UsageError } from './errors.ts'

/** One of a few words; undefined if the option is not given. `aliases` are earlier names of choices. */
export function choiceOf<T extends string>(
  args: ParsedArgs,
  name: string,
  choices: readonly T[],
  aliases: Readonly<Record<string, T>> = {},
): T | undefined {
  const given = textOf(args, name)
  const text = given !== undefined && Object.hasOwn(aliases, given) ? aliases[given] : given
  const found = choices.find((choice) => choice === text)
  if (text !== undefined && found === undefined)
    throw new UsageError(`--${name}: found ${brief(text)}, expected one of ${choices.join(', ')}`)
  return found
}

/** A whole number of at least `min`. */
export function countOf(args: ParsedArgs, name: string, min = 0): number | undefined {
  const text = textOf(args, name)
  if (text !== undefined && (!/^\d{1,9}$/.test(text) || Number(text) < min))
    throw new UsageError(`--${name}: found ${brief(text)}, expected a whole number of at least ${min}`)
  return text === undefined ? undefined : Number(text)
}

/** Names separated by commas. */
export function listOf(args: ParsedArgs, name: string): string[] | undefined {
  const names = textOf(args, name)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (names?.length === 0) throw new UsageError(`--${name}: found no name, expected names separated by commas`)
  return names
}

/** The values of an option that may be given more than once. */
export function manyOf(args: ParsedArgs, name: string): string[] {
  return textOf(args, name)?.split(SEPARATOR) ?? []
}
