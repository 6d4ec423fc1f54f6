/** Describes what a setting may be and what was found instead. */
import { brief } from './brief.ts'
import { boundsOf } from './settings.ts'
import type { JsonSchema, Setting } from './settings.ts'

/** For example "a whole number of at least 1, or none". "No value" is null in a file and none in a flag. */
export function expected(setting: Setting, noValue: 'null' | 'none'): string {
  const kinds = setting.schemas.map(kind).join(' or ')
  return setting.nullable ? `${kinds}, or ${noValue}` : kinds
}

function kind(schema: JsonSchema): string {
  if (schema.enum !== undefined)
    return schema.enum.length === 1 ? String(schema.enum[0]) : `one of ${schema.enum.join(', ')}`
  switch (schema.type) {
    case 'integer':
      return `a whole number${bounds(schema)}`
    case 'number':
      return `a number${bounds(schema)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `a list of ${schema.items?.enum?.join(', ') ?? 'values'}`
    default:
      return 'text'
  }
}

function bounds(schema: JsonSchema): string {
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below } = boundsOf(schema)
  if (min !== null && max !== null && !above && !below) return ` from ${min} to ${max}`
  const low = min === null ? null : above ? `above ${min}` : `of at least ${min}`
  const high = max === null ? null : below ? `below ${max}` : `at most ${max}`
  const both = [low, high].filter((part) => part !== null)
  return both.length === 0 ? '' : ` ${both.join(' and ')}`
}

/** The value as the user wrote it, shortened. */
export function found(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `the list ${brief(value)}`
  if (typeof value === 'object') return `a group of settings ${brief(value)}`
  return brief(value)
}
