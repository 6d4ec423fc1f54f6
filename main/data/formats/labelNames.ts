/**
 * Names of numbered labels: a list (`O,B-PER,I-PER`), or a file: dataset_info.json or README.md of a Hugging Face data
 * set, config.json of a model (id2label), a JSON list or map, or a text file with one label per line.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { isObject } from '../jsonText.ts'
import { unreadable } from '../unreadable.ts'
import type { LabelNames } from './columnNames.ts'

/** Thrown if the labels that the user provided cannot be used. */
export class LabelsError extends Error {
  override name = 'LabelsError'
}

/** `given`: a list with commas, or a path relative to `baseDir`. Throws LabelsError. */
export function labelNames(given: string, baseDir: string): LabelNames {
  if (given.includes(',')) return { all: given.split(',').map((name) => name.trim()), byColumn: new Map() }
  let text: string
  try {
    text = readFileSync(resolve(baseDir, given), 'utf8')
  } catch (error) {
    throw new LabelsError(`labels: ${given}: ${unreadable(error)}, or a list like O,B-PER,I-PER`, { cause: error })
  }
  const found = namesIn(contentOf(text))
  if (found.all === null && found.byColumn.size === 0)
    throw new LabelsError(
      `labels: ${given}: found no names of labels, expected features with names, id2label, or a list`,
    )
  return found
}

function contentOf(text: string): unknown {
  const front = /^---\s*\n(.*?)\n---/s.exec(text)?.[1]
  try {
    if (front !== undefined) return parseYaml(front)
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : text.split(/\r?\n/).filter((line) => line.trim() !== '')
  } catch {
    return null
  }
}

function namesIn(content: unknown): LabelNames {
  const byColumn = new Map<string, string[]>()
  const all = listOf(content) ?? (isObject(content) ? listOf(content.id2label) : null)
  if (all === null) visit(content, byColumn)
  return { all, byColumn }
}

/**
 * Searches for features: `{"ner_tags": {"feature": {"names": […]}}}`, or a list of
 * `{name, sequence: {class_label: {names}}}`.
 */
function visit(value: unknown, found: Map<string, string[]>): void {
  if (Array.isArray(value)) return value.forEach((one) => visitFeature(one, found))
  if (!isObject(value)) return
  for (const [key, one] of Object.entries(value)) {
    const names = classNames(one)
    if (names === null) visit(one, found)
    else if (!found.has(key)) found.set(key, names)
  }
}

function visitFeature(one: unknown, found: Map<string, string[]>): void {
  const names = isObject(one) ? classNames(one) : null
  if (isObject(one) && typeof one.name === 'string' && names !== null) found.set(one.name, names)
  else visit(one, found)
}

function classNames(value: unknown): string[] | null {
  if (!isObject(value)) return null
  const own = listOf(value.names)
  if (own !== null) return own
  for (const key of ['feature', 'class_label', 'sequence', 'list', 'dtype']) {
    const within = classNames(value[key])
    if (within !== null) return within
  }
  return null
}

/** Names by number: `["O", …]`, `{"0": "O", …}`, `{"O": 0, …}`. */
function listOf(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => typeof one === 'string') ? value : null
  if (!isObject(value) || Object.keys(value).length === 0) return null
  const entries = Object.entries(value)
  if (entries.every(([key, name]) => /^[0-9]+$/.test(key) && typeof name === 'string'))
    return placed(entries.map(([key, name]) => [Number(key), name as string]))
  if (entries.every(([, number]) => Number.isInteger(number)))
    return placed(entries.map(([name, number]) => [number as number, name]))
  return null
}

function placed(entries: [number, string][]): string[] | null {
  const list: string[] = []
  for (const [number, name] of entries) list[number] = name
  return list.length === entries.length && !list.includes(undefined as never) ? list : null
}
