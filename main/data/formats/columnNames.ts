/** What the formats with named columns share. */
import type { ColumnRequest, TokenSink } from '../columns.ts'

export interface FormatOptions {
  /** Names of tags that a file numbers: for all columns, or by column. */
  labels: LabelNames | null
}

export interface LabelNames {
  all: string[] | null
  byColumn: Map<string, string[]>
}

/**
 * The index of each tag column asked for among `names`: by name in any case, or by number. Null where one is missing, which is
 * reported. An empty name is no column of tags.
 */
export function columnIndices(request: ColumnRequest, names: readonly string[], sink: TokenSink): number[] | null {
  let missing = false
  const found = request.tags.map(({ key, tasks }) => {
    const exact = names.findIndex((name) => name !== '' && name === key)
    const anyCase = names.findIndex((name) => name !== '' && name.toLowerCase() === key.toLowerCase())
    const number = /^[0-9]+$/.test(key) && Number(key) < names.length && names[Number(key)] !== '' ? Number(key) : -1
    const index = [exact, anyCase, number].find((one) => one >= 0)
    if (index !== undefined) return index
    missing = true
    const known = names.filter((name) => name !== '').join(', ') || '(none)'
    sink.faultOutside(null, `found the columns ${known}, expected a column ${key}`, tasks.join(', '))
    return -1
  })
  return missing ? null : found
}
