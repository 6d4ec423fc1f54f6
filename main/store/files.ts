/** The files that a run was trained on: the settings that name them, and their places on this machine. */
import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { copyOf, setAt, valuesAt } from '../../shared/util/nested.ts'
import { hashOf } from './json.ts'

/** The settings that name files. */
export const FILE_SETTINGS = [
  ['corpora', '*', 'train'],
  ['corpora', '*', 'dev'],
  ['corpora', '*', 'test'],
  ['corpora', '*', 'labels'],
  ['model', 'vectors'],
] as const

/** The values that are paths. Labels may be a list instead, which has commas. */
function pathsIn(config: ExperimentConfig): { path: string[]; file: string }[] {
  return FILE_SETTINGS.flatMap((pattern) => valuesAt(config, pattern)).flatMap(({ path, value }) =>
    typeof value === 'string' && !(path.at(-1) === 'labels' && value.includes(',')) ? [{ path, file: value }] : [],
  )
}

/** The files that settings name. */
export function filesOf(config: ExperimentConfig): string[] {
  return pathsIn(config).map(({ file }) => file)
}

/** The same settings with renamed files. */
export function withFiles(config: ExperimentConfig, rename: (path: string) => string): ExperimentConfig {
  const changed = copyOf(config)
  for (const { path, file } of pathsIn(changed)) setAt(changed, path, rename(file))
  return changed
}

/** Call writes within a transaction. */
export function filesTable(db: Database, corpusFile: (hash: string) => string | null) {
  const list = db.prepare<[string], { position: number; hash: string; path: string }>(
    'SELECT position, hash, path FROM run_datasets WHERE run = ?',
  )
  const others = db.prepare<[string], string>('SELECT DISTINCT path FROM run_datasets WHERE hash = ?').pluck()
  const config = db.prepare<[string], string>('SELECT config FROM runs WHERE id = ?').pluck()
  const setPath = db.prepare('UPDATE run_datasets SET path = ? WHERE run = ? AND position = ?')
  const setConfig = db.prepare('UPDATE runs SET config = ?, config_hash = ? WHERE id = ?')

  /** A file with this content: in the catalogue, or one that another run was trained on. */
  function known(hash: string): string | null {
    return (
      [corpusFile(hash), ...others.all(hash)].find((path) => path !== null && isAbsolute(path) && existsSync(path)) ??
      null
    )
  }

  return {
    /**
     * Finds missing files of a run by their content elsewhere, and updates its settings. Returns the files that stay
     * missing.
     */
    locate(run: string): string[] {
      const missing = list.all(run).filter(({ path }) => !existsSync(path))
      const found = missing.flatMap((one) => {
        const place = known(one.hash)
        return place === null ? [] : [{ ...one, place }]
      })
      if (found.length > 0) {
        const places = new Map(found.map(({ path, place }) => [path, place]))
        const moved = withFiles(JSON.parse(config.get(run)!) as ExperimentConfig, (path) => places.get(path) ?? path)
        setConfig.run(JSON.stringify(moved), hashOf(moved), run)
        for (const { position, place } of found) setPath.run(place, run, position)
      }
      return missing.filter((one) => !found.some(({ position }) => position === one.position)).map(({ path }) => path)
    },
  }
}
