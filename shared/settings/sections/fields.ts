/** Kinds of values that several sections have. */
import { z } from 'zod'

export const count = () => z.number().int().min(1)
export const rate = () => z.number().min(0).max(1)
/** A column of a corpus file: its number, counted from 0, or its name. */
export const column = z.union([z.number().int().min(0), z.string().min(1)])

/**
 * For records whose keys are names that people give: refuses `__proto__`, which zod drops in silence and which is not
 * an ordinary key of an object. Call it last: zod's methods make copies.
 */
export function refusingProto<Schema extends z.ZodRecord | z.ZodDefault<z.ZodRecord>>(schema: Schema): Schema {
  const { run } = schema._zod
  schema._zod.run = (payload, context) => {
    const value: unknown = payload.value
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '__proto__')) return run(payload, context)
    payload.issues.push({
      code: 'invalid_key',
      origin: 'record',
      issues: [{ code: 'custom', path: [], message: '__proto__ is reserved', input: '__proto__' }],
      path: ['__proto__'],
      input: value,
      inst: schema,
    })
    return payload
  }
  return schema
}

/** The round of another run whose subnet each task uses. */
export const roundsByTask = () =>
  z.record(
    z.string().min(1),
    z.number().int().min(0).describe('Round of the task’s subnet in that run. Default: the round chosen there.'),
  )
