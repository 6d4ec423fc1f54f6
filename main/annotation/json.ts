/**
 * Checks fields of JSON records. All functions throw InputProblem with the field, what was found, and what was
 * expected.
 */
import { isObject, type Json } from '../data/jsonText.ts'
import { InputProblem } from '../tagger/inputProblem.ts'

export { isObject, type Json }

export function objectAt(value: unknown, field: string): Json {
  if (!isObject(value)) throw new InputProblem(`${field}: found ${shown(value)}, expected an object`)
  return value
}

/** A list; an absent field gives an empty list. */
export function listAt(value: unknown, field: string): unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new InputProblem(`${field}: found ${shown(value)}, expected a list`)
  return value
}

export function textAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new InputProblem(`${field}: found ${shown(value)}, expected a text`)
  return value
}

/** A label: a non-empty string. */
export function labelAt(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '')
    throw new InputProblem(`${field}: found ${shown(value)}, expected a label`)
  return value
}

/** An offset: an integer ≥ 0. */
export function offsetAt(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new InputProblem(`${field}: found ${shown(value)}, expected a whole number from 0`)
  return value
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
