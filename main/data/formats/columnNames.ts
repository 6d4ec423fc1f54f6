/** Column look-up shared by the formats with named columns. */
import type { ColumnRequest, TokenSink } from '../columns.ts'

export interface FormatOptions {
  /** Label names for files with numeric tags: for all columns, or by column. */
  labels: LabelNames | null
}

export interface LabelNames {
  all: string[] | null
  byColumn: Map<string, string[]>
}

/**
 * Finds each requested tag column in `names`, by name (ignoring case) or by number. Null if one is missing, which is
 * reported. An empty name marks a column that cannot hold tags.
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
    sink.fileProblem(null, `found the columns ${known}, expected a column ${key}`, tasks.join(', '))
    return -1
  })
  return missing ? null : found
}
