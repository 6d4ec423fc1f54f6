/** Prints a config as YAML, with a description of every setting. */
import { stringify } from 'yaml'
import { configSchema } from '../../shared/settings/config.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { ANY_NAME, same, withoutDefaults } from '../../shared/util/nested.ts'
import { sectionAt, settingAt, settings } from './settings.ts'
import type { Setting } from './settings.ts'
import { wrap } from './wrap.ts'

const WIDTH = 96
const HEAD = [
  '# Settings of an experiment with Sparse Sharing Studio. Defaults are the paper’s (Sun et al., AAAI 2020).',
  '# Relative paths start at the folder of this file.',
  '',
]

const SHORT_HEAD =
  '# Settings for `sparse-sharing train`. Contains only settings that differ from the paper; ' +
  '`sparse-sharing config FILE` prints all.'

/** The example that `sparse-sharing config` prints: the columns of CoNLL-2003. */
export function exampleConfig(): ExperimentConfig {
  return configSchema.parse({
    corpora: { main: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
    tasks: { pos: { tags: 1 }, chunk: { tags: 2 }, ner: { tags: 3 } },
  })
}

/** The config as YAML with comments. Reading it back gives the same config. */
export function configToYaml(config: ExperimentConfig): string {
  return [...HEAD, ...group(config, [], '')].join('\n') + '\n'
}

/**
 * The same without settings that have their default, and with one comment only. Reading it back gives the same
 * config.
 */
export function configToShortYaml(config: ExperimentConfig): string {
  return [SHORT_HEAD, ...group(withoutDefaults(config, settings), [], '', false)].join('\n') + '\n'
}

/** Describes the settings of corpora and tasks at the first entry only. */
function group(values: object, path: string[], indent: string, explain = true): string[] {
  const isEntry = path.length > 0 && sectionAt([...path, ANY_NAME]) !== undefined
  return Object.entries(values).flatMap(([key, value], i) => {
    const here = [...path, key]
    const setting = settingAt(here)
    const name = `${indent}${scalar(key)}:`
    const note = (text: string) => (explain ? comment(text, indent) : [])
    if (setting !== undefined) return [...note(describe(setting, value)), `${name} ${scalar(value)}`]
    const gap = path.length === 0 && explain ? [''] : []
    const inner = group(value as object, here, `${indent}  `, explain && !(isEntry && i > 0))
    return [...gap, ...note(sectionAt(here)?.description ?? ''), inner.length === 0 ? `${name} {}` : name, ...inner]
  })
}

/** The description, the choices if it does not name them, and the default if the value differs. */
function describe(setting: Setting, value: unknown): string {
  const choices = setting.schemas.flatMap((schema) => schema.enum ?? [])
  const named = choices.every((choice) => setting.description.includes(String(choice)))
  const changed = setting.default !== undefined && !same(setting.default, value)
  const notes = [...(named ? [] : [choices.join(' | ')]), ...(changed ? [`default ${scalar(setting.default)}`] : [])]
  return notes.length === 0 ? setting.description : `${setting.description} (${notes.join('; ')})`
}

function scalar(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

function comment(text: string, indent: string): string[] {
  return text === '' ? [] : wrap(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`)
}
