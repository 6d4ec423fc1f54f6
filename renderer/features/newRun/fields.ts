/** Settings as fields of a form: their labels, their order, and the conversion of typed text to values. */
import { PRESETS } from '../../../shared/settings/presets.ts'
import type { SettingInfo } from '../../../shared/protocol/requests/config.ts'

/** The settings that most runs change. */
export const FIRST = [
  'imp.epochs',
  'imp.pruningRate',
  'imp.minDensity',
  'imp.maxRounds',
  'imp.patience',
  'joint.epochs',
  'joint.patience',
  'model.vectors',
  'seed',
]

/** "pruningRate" → "Pruning rate". */
export function labelOf(path: readonly string[]): string {
  const words = path.at(-1)!.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return LABELS[path.join('.')] ?? words[0].toUpperCase() + words.slice(1)
}

/** Labels that cannot be derived from the name. */
const LABELS: Record<string, string> = {
  'imp.epochs': 'Epochs per round',
  'imp.patience': 'Patience per round',
  'imp.maxRounds': 'Maximum rounds',
  'imp.minDensity': 'Minimum density',
  'joint.epochs': 'Joint epochs',
  'joint.patience': 'Joint patience',
  'model.vectors': 'Word vectors',
  seed: 'Random seed',
  'model.crf': 'CRF',
  'model.wordDim': 'Word dimension',
  'model.charDim': 'Character dimension',
  'model.charMinCount': 'Character min count',
  'model.charFilters': 'Character filters',
  'model.charWidth': 'Character width',
  'model.charOut': 'Character output',
}

export function idOf(path: readonly string[]): string {
  return `setting-${path.join('.').replace(/[^\w.-]/g, '_')}`
}

export function isNumber({ type }: SettingInfo): boolean {
  return type === 'integer' || type === 'number'
}

/** The value of typed text. Text that fits nothing stays text: the program then says what it expected. */
export function valueOfText(info: SettingInfo, text: string): unknown {
  if (isNumber(info)) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
  if (info.type === 'column' && /^\d+$/.test(text)) return Number(text)
  return text === '' && info.nullable ? null : text
}

export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The value to start with when "none" is switched off. */
export function firstValue(info: SettingInfo): unknown {
  const quick = PRESETS.map(({ settings }) => settings[info.path.join('.')]).find((value) => value !== undefined)
  return info.default ?? quick ?? Math.max(1, info.minimum ?? 1)
}

/** Unfolds, shows and focuses the field of a setting, or of the group that contains it. */
export function revealField(id: string): void {
  const parts = id.split('.')
  const field = parts
    .map((_, i) => document.getElementById(parts.slice(0, parts.length - i).join('.')))
    .find((found) => found !== null)
  for (let folded = field?.closest('details'); folded; folded = folded.parentElement?.closest('details'))
    folded.open = true
  field?.scrollIntoView({ block: 'center' })
  field?.focus()
}
