/** Random requests: arguments that fit their schema, with known ids among them, and arguments with parts replaced. */
import { z } from 'zod'
import { requestArguments, type RequestName } from '../../shared/protocol/api.ts'
import type { Dice } from './random.ts'

interface JsonSchema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  minimum?: number
  maximum?: number
  pattern?: string
  minItems?: number
}

const ODD: unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  1e300,
  '',
  'x',
  '__proto__',
  'constructor',
  '\u0000',
  [],
  {},
  [[]],
]

export interface RandomRequest {
  name: string
  args: unknown
}

/** `known`: values that exist in the studio (ids of runs, files, corpora), used for strings often. */
export function randomRequest(dice: Dice, known: readonly string[]): RandomRequest {
  if (dice.chance(0.01)) return { name: dice.pick(['', 'toString', '__proto__', 'runs', 'runs.none']), args: {} }
  const name = dice.pick(Object.keys(requestArguments) as RequestName[])
  const schema = z.toJSONSchema(requestArguments[name], { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const args = valueOf(dice, schema, known, 0)
  return { name, args: dice.chance(0.25) ? mutated(dice, args) : args }
}

function valueOf(dice: Dice, schema: JsonSchema, known: readonly string[], depth: number): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return dice.pick(schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return valueOf(dice, dice.pick(choices), known, depth + 1)
  const type = Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type
  if (type === 'object') {
    const required = new Set(schema.required ?? [])
    const entries = Object.entries(schema.properties ?? {})
      .filter(([key]) => required.has(key) || dice.chance(0.5))
      .map(([key, property]) => [key, valueOf(dice, property, known, depth + 1)])
    return Object.fromEntries(entries) as unknown
  }
  if (type === 'array') {
    const length = (schema.minItems ?? 0) + dice.below(3)
    return Array.from({ length }, () => valueOf(dice, schema.items ?? {}, known, depth + 1))
  }
  if (type === 'integer' || type === 'number') {
    const least = Math.max(-5, schema.minimum ?? -5)
    const most = Math.min(1000, schema.maximum ?? 1000)
    return type === 'integer' ? Math.floor(least + dice.number() * (most - least)) : least + dice.number()
  }
  if (type === 'boolean') return dice.chance(0.5)
  if (type === 'null') return null
  if (type === 'string')
    return dice.chance(0.7) ? dice.pick(known) : dice.pick(['a', 'UPOS', '0', 'ä\u202e', 'x'.repeat(300)])
  return dice.pick(ODD)
}

/** Replaces a part by something odd, or adds a key. */
function mutated(dice: Dice, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || dice.chance(0.2)) return dice.pick(ODD)
  const copy = structuredClone(value) as Record<string, unknown>
  const keys = Object.keys(copy)
  if (keys.length === 0 || dice.chance(0.1)) copy[dice.pick(['extra', 'toString'])] = dice.pick(ODD)
  else {
    const key = dice.pick(keys)
    copy[key] = dice.chance(0.5) ? mutated(dice, copy[key]) : dice.pick(ODD)
  }
  return copy
}
