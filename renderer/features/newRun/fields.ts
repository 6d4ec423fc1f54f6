/** Settings as fields of a form: their names, which come first, and what is typed in turned into values. */
import { PRESETS } from '../../../shared/settings/presets.ts'
import type { SettingInfo } from '../../../shared/protocol/requests/config.ts'

/** Those that most runs are about. */
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
  return NAMES[path.join('.')] ?? words[0].toUpperCase() + words.slice(1)
}

/** Where the same word stands in several sections, or is none. */
const NAMES: Record<string, string> = {
  'imp.epochs': 'Epochs a round',
  'imp.patience': 'Patience in a round',
  'imp.maxRounds': 'Most rounds',
  'imp.minDensity': 'Least density',
  'joint.epochs': 'Joint epochs',
  'joint.patience': 'Patience of joint training',
  'model.vectors': 'Word vectors',
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

/** The value that typed text means. What fits nothing stays text: the program then says what it expected. */
export function valueOfText(info: SettingInfo, text: string): unknown {
  if (isNumber(info)) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
  if (info.type === 'column' && /^\d+$/.test(text)) return Number(text)
  return text === '' && info.nullable ? null : text
}

export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A default, short enough to be read: 0.10874906186625444 → "0.1087". */
export function shortText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : textOf(value)
}

/** Where to begin once "none" is not wanted any more. */
export function firstValue(info: SettingInfo): unknown {
  const quick = PRESETS.map(({ settings }) => settings[info.path.join('.')]).find((value) => value !== undefined)
  return info.default ?? quick ?? Math.max(1, info.minimum ?? 1)
}
