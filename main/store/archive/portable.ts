/**
 * What of a run stays behind when it is archived: the process that works on it, and the folders of the machine. An archive may go to
 * strangers, and what a home or a project is called is not theirs to know; nor would it help them, for files are found again by content.
 */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { filesOf, withFiles } from '../files.ts'
import { hashOf } from '../json.ts'
import type { Row } from './rows.ts'

/** The changes to rows of a run with these settings and files. */
export function portable(config: ExperimentConfig, datasetPaths: string[]): (table: string, row: Row) => Row {
  const short = shortNames([...filesOf(config), ...datasetPaths])
  const shorten = (path: string) => short.get(path) ?? path
  return (table, row) => {
    if (table === 'run_datasets') return { ...row, path: shorten(String(row.path)) }
    if (table !== 'runs') return row
    const changed = withFiles(config, shorten)
    return {
      ...row,
      config: JSON.stringify(changed),
      config_hash: hashOf(changed),
      message: withoutFolders(row.message, short),
      owner: null,
      heard_at: 0,
      digest: null,
    }
  }
}

/** Each path by as many of its last parts as it takes to tell it from the others: mostly the file's name alone. */
export function shortNames(paths: string[]): Map<string, string> {
  const all = [...new Set(paths)].map((path) => ({ path, parts: path.split(/[/\\]/).filter((part) => part !== '') }))
  const end = (parts: string[], count: number) => parts.slice(-count).join('/')
  return new Map(
    all.map(({ path, parts }) => {
      let count = 1
      while (
        count < parts.length &&
        all.some((other) => other.path !== path && end(other.parts, count) === end(parts, count))
      )
        count++
      return [path, end(parts, count)]
    }),
  )
}

function withoutFolders(message: Row[string], short: Map<string, string>): Row[string] {
  // The longest first: one may be part of another.
  const byLength = [...short].toSorted(([a], [b]) => b.length - a.length)
  return typeof message === 'string'
    ? byLength.reduce((text, [path, name]) => text.replaceAll(path, name), message)
    : message
}
