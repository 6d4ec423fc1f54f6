/**
 * A field that our exports add to a record, so that reading it back gives the same data: the kinds of the tasks, and
 * the tokens and sentences if the format does not store them. Annotation tools preserve it like any unknown field.
 */
import { InputProblem } from '../tagger/inputProblem.ts'
import { listAt, objectAt, type Json } from './json.ts'
import type { Annotated, TaskKind } from './types.ts'

export const MARKER = 'sparse_sharing'

export interface Marker {
  tasks: Record<string, TaskKind>
  /** [2n] start and end of each token, in UTF-16 units even if span offsets use another unit. */
  tokens: Int32Array | null
  sentences: number[] | null
}

/** `withTokens`: include the tokens, for formats that do not store them. */
export function markerOf(
  document: Pick<Annotated, 'tokens' | 'sentences'>,
  tasks: ReadonlyMap<string, TaskKind>,
  withTokens: boolean,
): Json {
  const { tokens, sentences } = document
  const pairs =
    tokens === null ? [] : Array.from({ length: tokens.length / 2 }, (_, t) => [tokens[2 * t], tokens[2 * t + 1]])
  return {
    tasks: Object.fromEntries(tasks),
    ...(tokens === null || !withTokens ? {} : { tokens: pairs }),
    ...(sentences === null ? {} : { sentences }),
  }
}

/** Reads and removes the marker of a record. Throws InputProblem. */
export function takeMarker(record: Json, text: string): Marker | null {
  if (!(MARKER in record)) return null
  const marker = objectAt(record[MARKER], MARKER)
  delete record[MARKER]
  const tasks = objectAt(marker.tasks, `${MARKER}.tasks`)
  for (const [name, kind] of Object.entries(tasks)) {
    if (kind !== 'span' && kind !== 'token')
      throw new InputProblem(`${MARKER}.tasks.${name}: found ${JSON.stringify(kind)}, expected "span" or "token"`)
  }
  return {
    tasks: tasks as Marker['tasks'],
    tokens:
      marker.tokens === undefined
        ? null
        : checkedTokens(listAt(marker.tokens, `${MARKER}.tokens`).flat() as number[], text, `${MARKER}.tokens`),
    sentences: marker.sentences === undefined ? null : listAt(marker.sentences, `${MARKER}.sentences`).map(Number),
  }
}

/** Checks token offsets [2n]: ascending and within the text. */
export function checkedTokens(offsets: number[], text: string, field: string): Int32Array {
  let last = 0
  offsets.forEach((offset, i) => {
    const fits =
      Number.isInteger(offset) && offset >= last && offset <= text.length && (i % 2 === 0 || offset > offsets[i - 1])
    if (!fits)
      throw new InputProblem(
        `${field}: found ${JSON.stringify(offset)} after ${last} in a text of ${text.length} characters, ` +
          'expected tokens in order and within the text',
      )
    last = offset
  })
  return Int32Array.from(offsets)
}

/** Writes labels of several tasks in a format without tasks, e.g. `ner:PER`. */
export function joinedLabel(task: string, label: string, tasks: ReadonlyMap<string, unknown>): string {
  return tasks.size > 1 ? `${task}:${label}` : label
}

/** Splits a label that our export wrote into its task and the label within the task. */
export function splitLabel(label: string, marker: Marker | null): { task: string | null; label: string } {
  const names = Object.keys(marker?.tasks ?? {})
  if (names.length === 1) return { task: names[0], label }
  const task = names.find((name) => label.startsWith(`${name}:`) && label.length > name.length + 1)
  return task === undefined ? { task: null, label } : { task, label: label.slice(task.length + 1) }
}

/** Fields of a record that the format does not define. */
export function otherFields(record: Json, own: readonly string[]): Json {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !own.includes(key)))
}

/** Those fields for writing. They must not replace fields that the format defines. */
export function besideOwn(meta: Json, own: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(meta).map(([key, value]) => [own.includes(key) ? `meta_${key}` : key, value]),
  )
}
