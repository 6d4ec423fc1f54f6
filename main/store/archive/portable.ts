/**
 * What is left out of an archive: the process that works on the run, and the names of folders. An archive may be given
 * to strangers, and files are found by their content anyway.
 */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { filesOf, withFiles } from '../files.ts'
import { hashOf } from '../json.ts'
import type { Row } from './rows.ts'

/**
 * The changes to rows of a run. `config` is null where its settings are damaged: then they are kept as they are, except
 * for the names of the folders that its files lie in.
 */
export function portable(config: ExperimentConfig | null, datasetPaths: string[]): (table: string, row: Row) => Row {
  const short = shortNames([...(config === null ? [] : filesOf(config)), ...datasetPaths])
  const shorten = (path: string) => short.get(path) ?? path
  return (table, row) => {
    if (table === 'run_datasets') return { ...row, path: shorten(String(row.path)) }
    if (table !== 'runs') return row
    const changed = config === null ? null : withFiles(config, shorten)
    return {
      ...row,
      config: changed === null ? withoutFolders(row.config, short) : JSON.stringify(changed),
      config_hash: changed === null ? row.config_hash : hashOf(changed),
      message: withoutFolders(row.message, short),
      owner: null,
      heard_at: 0,
      digest: null,
    }
  }
}

/** The shortest unique end of each path: usually the file name. */
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
  // The longest first, because one path may be part of another.
  const byLength = [...short].toSorted(([a], [b]) => b.length - a.length)
  return typeof message === 'string'
    ? byLength.reduce((text, [path, name]) => text.replaceAll(path, name), message)
    : message
}
