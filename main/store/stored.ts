/**
 * Reads values of rows. A row may be damaged, edited by hand, or come from an archive that somebody made up, so
 * everything the program relies on is checked (schemas.ts). A problem is a StoreError 'damaged' that names the value.
 */
import type { z } from 'zod'
import type { Damaged } from '../../shared/protocol/requests/damaged.ts'
import type { DatasetRecord, EnvironmentRecord } from '../../shared/runs/records.ts'
import type { Report } from '../../shared/runs/report.ts'
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { fromJson } from '../../shared/util/json.ts'
import { StoreError } from './errors.ts'
import { datasetsSchema, environmentSchema, reportSchema } from './schemas.ts'

/** Parses JSON (shared/util/json.ts) and checks it. Returns the value itself, not the schema's copy. */
export function parseStored<T>(what: string, text: string, schema: z.ZodType): T {
  return checkStored<T>(what, parseJson(what, text, fromJson), schema)
}

function parseJson(what: string, text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text)
  } catch {
    throw damaged(what, 'found no JSON')
  }
}

/** Throws a StoreError 'damaged' with the first problem. */
export function checkStored<T>(what: string, value: unknown, schema: z.ZodType): T {
  completed(what, value, schema)
  return value as T
}

/** With the defaults of the schema for what is not there. */
function completed<Schema extends z.ZodType>(what: string, value: unknown, schema: Schema): z.output<Schema> {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const [{ path, message }] = checked.error.issues as [z.core.$ZodIssue]
  throw damaged(what, `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`)
}

/** Reads rows one by one, so that a damaged one does not hide the others. */
export function partition<Row extends { id: string; name: string; created_at: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): { whole: T[]; damaged: Damaged[] } {
  const [whole, found]: [T[], Damaged[]] = [[], []]
  for (const row of rows)
    try {
      whole.push(read(row))
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      const { id, name, created_at } = row
      found.push({ id: String(id), name: String(name), createdAt: String(created_at), reason: error.message })
    }
  return { whole, damaged: found }
}

export function damaged(what: string, reason: string): StoreError {
  return new StoreError('damaged', `${what} cannot be read, it is damaged (${reason}).`)
}

/** Configs that were checked, by their text: a list reads the same ones again and again. */
const checkedConfigs = new Map<string, ExperimentConfig>()
const MAX_CHECKED = 200

/**
 * The settings of a run. Those that were added since it was stored have their defaults, which do what was done before.
 * Shared by all who read it: do not change it.
 */
export function parseConfig(text: string): ExperimentConfig {
  const known = checkedConfigs.get(text)
  if (known !== undefined) return known
  const what = 'The settings of the run'
  const config = completed(what, parseJson(what, text), configSchema)
  if (checkedConfigs.size >= MAX_CHECKED) checkedConfigs.clear()
  checkedConfigs.set(text, config)
  return config
}

export function parseEnvironment(text: string): EnvironmentRecord {
  return parseStored('The environment of the run', text, environmentSchema)
}

export function parseDatasets(text: string): DatasetRecord[] {
  return parseStored('The list of files of the run', text, datasetsSchema)
}

export function parseReport(text: string | null): Report | null {
  return text === null ? null : parseStored('The report of the run', text, reportSchema)
}
