/** Help texts, generated from the commands and from the schema of the settings. */
import { ANY_NAME } from '../../shared/util/nested.ts'
import { isBoolean, isFile, sections, settings } from '../config/settings.ts'
import type { Section, Setting } from '../config/settings.ts'
import { wrap } from '../config/wrap.ts'
import { plainValue } from './table.ts'
import type { Option } from './args.ts'
import { commonOptions } from './commonOptions.ts'
import type { Command } from './command.ts'

const PROGRAM = 'sparse-sharing'
/** Column in which descriptions begin. */
const INDENT = 34
const MAX_WIDTH = 100

export function overview(commands: readonly Command[], columns: number): string {
  const width = Math.min(columns, MAX_WIDTH)
  const entries = commands.map((command) =>
    entry([command.name, ...command.arguments].join(' '), command.summary, width),
  )
  return (
    [
      'Sparse Sharing Studio: trains sequence taggers in which every task uses a subnet of one network.',
      '',
      `Usage: ${PROGRAM} COMMAND [ARGUMENTS] [FLAGS]`,
      '',
      'Commands:',
      ...entries.flat(),
      ...entry('help COMMAND', 'Show the help of a command.', width),
      '',
      'Flags:',
      ...entry('--help, -h', 'Show this help, or the help of a command.', width),
      ...entry('--version', 'Show the version.', width),
      '',
      'Exit codes: 0 success, 1 failure, 2 wrong command line or settings, 130 stopped by Ctrl-C.',
    ].join('\n') + '\n'
  )
}

export function commandHelp(command: Command, columns: number): string {
  const width = Math.min(columns, MAX_WIDTH)
  const usage = [
    PROGRAM,
    command.name,
    ...command.arguments,
    ...(command.settings ? ['[SETTINGS]'] : []),
    '[FLAGS]',
  ].join(' ')
  return (
    [
      `Usage: ${usage}`,
      '',
      command.summary,
      ...command.details.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, width))),
      '',
      'Flags:',
      ...[...command.options, ...commonOptions].flatMap((option) =>
        entry(optionName(option), option.description, width),
      ),
      ...(command.settings ? settingsHelp(width) : []),
    ].join('\n') + '\n'
  )
}

function optionName({ name, short, value }: Option): string {
  return `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`
}

function settingsHelp(width: number): string[] {
  const quick = [
    '',
    'One corpus without a config file:',
    ...entry(
      '--train, --dev, --test FILE',
      'Files of the corpus. --format, --words and --devFraction work in the same way.',
      width,
    ),
    ...entry('--task NAME=COLUMN', 'A task and the column of its tags; NAME=position for the artificial task.', width),
  ]
  return [
    ...quick,
    ...groups().flatMap(({ title, members }) => [
      '',
      title,
      ...members.flatMap((one) => entry(flagName(one), flagText(one), width)),
    ]),
  ]
}

/** Settings grouped by section. */
function groups(): { title: string; members: Setting[] }[] {
  const members = Map.groupBy(settings, ({ path }) => path.slice(0, -1).join('.'))
  return [...members].map(([section, list]) => {
    const described = sections.find(({ path }) => path.join('.') === section.replace(/\.\*$/, ''))
    return {
      title: section === '' ? 'Settings:' : headingOf(described, section),
      members: list,
    }
  })
}

/** The first sentence of its description. */
function headingOf(described: Section | undefined, name: string): string {
  return `${described?.description.split('. ')[0].replace(/\.$/, '') ?? name}:`
}

function flagName(setting: Setting): string {
  const name = setting.path.map((part) => (part === ANY_NAME ? 'NAME' : part)).join('.')
  return isBoolean(setting) ? `--[no-]${name}` : `--${name} ${placeholder(setting)}`
}

function placeholder(setting: Setting): string {
  if (isFile(setting)) return 'FILE'
  const types = setting.schemas.map(({ type }) => type)
  if (types.includes('array')) return 'LIST'
  if (setting.schemas.some((schema) => schema.enum !== undefined)) return 'CHOICE'
  if (types.includes('string')) return types.length > 1 ? 'COLUMN' : 'TEXT'
  return 'N'
}

function flagText(setting: Setting): string {
  const choices = setting.schemas.flatMap((schema) => schema.enum ?? [])
  const named = choices.every((choice) => setting.description.includes(String(choice)))
  const defaultNote = setting.default === undefined ? '' : ` [${shownDefault(setting.default)}]`
  return `${setting.description}${named ? '' : ` One of ${choices.join(', ')}.`}${defaultNote}`
}

function shownDefault(value: unknown): string {
  if (value === null) return 'none'
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : plainValue(value)
}

/** A name and its description, the description wrapped and aligned. */
function entry(name: string, description: string, width: number): string[] {
  const lines = wrap(description, Math.max(30, width - INDENT))
  const first = `  ${name}`
  const rest = lines.map((line) => ' '.repeat(INDENT) + line)
  return first.length + 2 > INDENT ? [first, ...rest] : [first.padEnd(INDENT) + lines[0], ...rest.slice(1)]
}
