/**
 * The short form for a single corpus: --train F --dev F --task ner=3. Every setting of a corpus has a short name that
 * applies to the only corpus; --task NAME=COLUMN adds a task.
 */
import { brief } from './brief.ts'
import { valueOfText } from './flags.ts'
import type { FlagValue } from './flags.ts'
import type { Problem } from './problems.ts'
import { settings } from './settings.ts'
import type { Setting } from './settings.ts'

/** Name of the corpus that the short form creates if no file names one. */
export const QUICK_CORPUS = 'main'

/** A flag of the short form as written: --train F, --task ner=3. */
export interface ShortFlag {
  name: string
  text: string
}

/** Settings of a corpus by their short name: train, dev, test, format, words, … */
export const corpusShortcuts: ReadonlyMap<string, Setting> = new Map(
  settings.filter((setting) => setting.path[0] === 'corpora').map((setting) => [setting.path[2], setting]),
)

/** Expands the short form to full settings, given the corpora that the file names. Appends to `problems`. */
export function expandShortcuts(
  flags: readonly ShortFlag[],
  corpora: readonly string[],
  problems: Problem[],
): FlagValue[] {
  return flags.flatMap(({ name, text }) => {
    const flag = `--${name}`
    const setting = corpusShortcuts.get(name)
    if (setting === undefined) return expandTask(text, flag, problems)
    if (corpora.length > 1) {
      problems.push({
        where: flag,
        message: `there are several corpora (${corpora.join(', ')}): write --corpora.${corpora[0]}.${name}`,
      })
      return []
    }
    return [{ flag, path: ['corpora', corpora[0] ?? QUICK_CORPUS, name], value: valueOfText(setting, text) }]
  })
}

/** NAME=COLUMN, or NAME=position for the artificial task. */
function expandTask(text: string, flag: string, problems: Problem[]): FlagValue[] {
  const at = text.indexOf('=')
  const [task, column] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1 || column === '') {
    problems.push({
      where: flag,
      message: `found ${brief(text)}, expected NAME=COLUMN such as ner=3, or NAME=position`,
    })
    return []
  }
  if (column === 'position') return [{ flag, path: ['tasks', task, 'synthetic'], value: 'position' }]
  return [{ flag, path: ['tasks', task, 'tags'], value: /^\d+$/.test(column) ? Number(column) : column }]
}
