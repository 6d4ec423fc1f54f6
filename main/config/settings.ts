/**
 * The settings as a flat list, derived from the schema in shared/settings/config.ts. Flags, config files, help and
 * the printed config all use this list, so a setting added to the schema needs no other change to become a flag and a
 * line of help.
 */
import { z } from 'zod'
import { configSchema } from '../../shared/settings/config.ts'
import { ANY_NAME, isGroup } from '../../shared/util/nested.ts'

/** The part of JSON Schema that zod uses for our schema. */
export interface JsonSchema {
  type?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

export interface Setting {
  /** From the root; ANY_NAME stands for a name that the user chooses, e.g. ['tasks', '*', 'tags']. */
  path: string[]
  /** The alternatives, without null. */
  schemas: JsonSchema[]
  nullable: boolean
  /** Undefined if the setting is required. */
  default: unknown
  description: string
}

export interface Bounds {
  minimum: number | null
  maximum: number | null
  /** Whether the bound itself is excluded. */
  exclusiveMinimum: boolean
  exclusiveMaximum: boolean
}

/** A group of settings: an object or a record of the schema; the root has an empty path. */
export interface Section {
  path: string[]
  description: string
}

const root = z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchema

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = collect(root, [], leaf)
export const sections: readonly Section[] = collect(root, [], section)

function collect<T>(schema: JsonSchema, path: string[], make: (schema: JsonSchema, path: string[]) => T | null): T[] {
  const own = make(schema, path)
  const children = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    collect(child, [...path, key], make),
  )
  const entry =
    typeof schema.additionalProperties === 'object'
      ? collect(schema.additionalProperties, [...path, ANY_NAME], make)
      : []
  return [...(own === null ? [] : [own]), ...children, ...entry]
}

function leaf(schema: JsonSchema, path: string[]): Setting | null {
  if (schema.type === 'object') return null
  const alternatives = flatten(schema)
  return {
    path,
    schemas: alternatives.filter((one) => one.type !== 'null'),
    nullable: alternatives.some((one) => one.type === 'null'),
    default: schema.default,
    description: schema.description ?? '',
  }
}

function section(schema: JsonSchema, path: string[]): Section | null {
  return schema.type === 'object' ? { path, description: schema.description ?? '' } : null
}

function flatten(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(flatten)
}

function matches(pattern: string[], path: string[]): boolean {
  return pattern.length === path.length && pattern.every((part, i) => part === ANY_NAME || part === path[i])
}

/** The setting at a concrete path such as ['tasks', 'ner', 'tags'], or undefined. */
export function settingAt(path: string[]): Setting | undefined {
  return settings.find((setting) => matches(setting.path, path))
}

/** The section at a concrete path, or undefined. */
export function sectionAt(path: string[]): Section | undefined {
  return sections.find((one) => matches(one.path, path))
}

/** The bounds of a number. zod writes the largest safe integer if the schema has no maximum. */
export function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): Bounds {
  const none = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  return {
    minimum: exclusiveMinimum ?? minimum ?? null,
    maximum: exclusiveMaximum ?? none ?? null,
    exclusiveMinimum: exclusiveMinimum !== undefined,
    exclusiveMaximum: exclusiveMaximum !== undefined,
  }
}

/** Replaces null by {} for groups: an empty `imp:` is null in YAML, but means a group without changes. */
export function withoutEmptySections(value: unknown, path: string[] = []): unknown {
  if (sectionAt(path) === undefined) return value
  if (value === null) return {}
  if (!isGroup(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withoutEmptySections(child, [...path, key])]),
  )
}

export function isBoolean(setting: Setting): boolean {
  return setting.schemas.some((schema) => schema.type === 'boolean')
}

/** Whether the setting is the path of a file. Relative paths start at the folder of the config file. */
export function isFile(setting: Setting): boolean {
  return FILES.has(setting.path.join('.'))
}
const LABELS = 'corpora.*.labels'
const FILES = new Set(['corpora.*.train', 'corpora.*.dev', 'corpora.*.test', LABELS, 'model.vectors'])

/** Whether a value of such a setting is a path: labels may be a list instead, which has commas. */
export function isPath(setting: Setting, value: unknown): value is string {
  if (!isFile(setting) || typeof value !== 'string' || value === '') return false
  return setting.path.join('.') !== LABELS || !value.includes(',')
}
