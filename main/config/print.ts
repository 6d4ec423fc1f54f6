/** Prints a config as YAML, every setting with its description, so that the output is its own manual. */
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
  '# Paths of files are relative to the folder of this file.',
  '',
]

const SHORT_HEAD =
  '# For sparse-sharing train. What is not here has its default, the paper’s; `sparse-sharing config FILE` shows it all.'

/** What `sparse-sharing config` starts from: the columns of CoNLL-2003. */
export function exampleConfig(): ExperimentConfig {
  return configSchema.parse({
    corpora: { main: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
    tasks: { pos: { tags: 1 }, chunk: { tags: 2 }, ner: { tags: 3 } },
  })
}

/** The config as YAML with comments; reading it back gives the same config. */
export function configToYaml(config: ExperimentConfig): string {
  return [...HEAD, ...group(config, [], '')].join('\n') + '\n'
}

/** The same with everything at its default left out, and no comments but one. Reading it back gives the same config too. */
export function configToShortYaml(config: ExperimentConfig): string {
  return [SHORT_HEAD, ...group(withoutDefaults(config, settings), [], '', false)].join('\n') + '\n'
}

/** Settings of a named entry are explained at the first one of their kind: the second task needs no manual again. */
function group(values: object, path: string[], indent: string, explain = true): string[] {
  const named = path.length > 0 && sectionAt([...path, ANY_NAME]) !== undefined
  return Object.entries(values).flatMap(([key, value], i) => {
    const here = [...path, key]
    const setting = settingAt(here)
    const name = `${indent}${scalar(key)}:`
    const note = (text: string) => (explain ? comment(text, indent) : [])
    if (setting !== undefined) return [...note(describe(setting, value)), `${name} ${scalar(value)}`]
    const gap = path.length === 0 && explain ? [''] : []
    const inner = group(value as object, here, `${indent}  `, explain && !(named && i > 0))
    return [...gap, ...note(sectionAt(here)?.description ?? ''), inner.length === 0 ? `${name} {}` : name, ...inner]
  })
}

/** Its description, what it may be where that is a choice, and its default where it has another value. */
function describe(setting: Setting, value: unknown): string {
  const choices = setting.schemas.flatMap((schema) => schema.enum ?? [])
  const said = choices.every((choice) => setting.description.includes(String(choice)))
  const changed = setting.default !== undefined && !same(setting.default, value)
  const notes = [...(said ? [] : [choices.join(' | ')]), ...(changed ? [`default ${scalar(setting.default)}`] : [])]
  return notes.length === 0 ? setting.description : `${setting.description} (${notes.join('; ')})`
}

function scalar(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

function comment(text: string, indent: string): string[] {
  return text === '' ? [] : wrap(text, WIDTH - indent.length - 2).map((line) => `${indent}# ${line}`)
}
