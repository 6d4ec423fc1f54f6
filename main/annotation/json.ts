/** Fields of JSON records, checked: messages say which field, what was found, what was expected. All throw InputFault. */
import { InputFault } from '../tagger/readers.ts'

export type Json = Record<string, unknown>

/** A line of JSON that must be an object. */
export function parseRecord(line: string): Json {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new InputFault(`found no JSON (${(error as Error).message}), expected a JSON object a line`)
  }
  return objectAt(value, 'the line')
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectAt(value: unknown, field: string): Json {
  if (!isObject(value)) throw new InputFault(`${field}: found ${shown(value)}, expected an object`)
  return value
}

/** An absent list is empty. */
export function listAt(value: unknown, field: string): unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new InputFault(`${field}: found ${shown(value)}, expected a list`)
  return value
}

export function textAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new InputFault(`${field}: found ${shown(value)}, expected a text`)
  return value
}

/** A label: some text. */
export function labelAt(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '')
    throw new InputFault(`${field}: found ${shown(value)}, expected a label`)
  return value
}

/** An offset: a whole number from 0. */
export function offsetAt(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new InputFault(`${field}: found ${shown(value)}, expected a whole number from 0`)
  return value
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
