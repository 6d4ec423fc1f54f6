/** Runs: their records, and how to find them. */
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { RunStatus } from '../../shared/protocol/events.ts'
import { toJson } from '../../shared/util/json.ts'
import type { Report } from '../../shared/runs/report.ts'
import { StoreError } from './errors.ts'
import { canonicalJson, hashOf } from './json.ts'
import { isAlive, parseOwner } from './owner.ts'
import { newRunId } from './runId.ts'
import { RUN_STATUSES } from './schemas.ts'
import { checkStored, parseConfig, parseDatasets, parseEnvironment, parseReport } from './stored.ts'
import type { DatasetRecord, EnvironmentRecord, NewRun, RunFilter, RunRecord } from './types.ts'

interface Row {
  id: string
  name: string
  status: RunStatus
  message: string | null
  config: string
  config_hash: string
  environment: string
  created_at: string
  started_at: string | null
  finished_at: string | null
  worked_seconds: number
  report: string | null
  owner: string | null
  heard_at: number
  /** JSON arrays. */
  datasets: string
  tags: string
  notes: string
  pinned: 0 | 1
}

/** A run's tags, sorted, as a JSON array. */
export const TAGS =
  '(SELECT json_group_array(tag) FROM (SELECT tag FROM run_tags WHERE run = runs.id ORDER BY tag)) AS tags'

/** Whether a run is the pinned baseline, 0 or 1. */
export const PINNED = '(EXISTS (SELECT 1 FROM pinned_baseline WHERE run = runs.id)) AS pinned'

const RECORD = `SELECT runs.id, name, status, message, config, config_hash, e.record AS environment,
  created_at, started_at, finished_at, worked_seconds, report, owner, heard_at,
  ${TAGS}, ${PINNED}, coalesce((SELECT text FROM run_notes WHERE run = runs.id), '') AS notes,
  (SELECT json_group_array(json_object('hash', hash, 'path', path, 'bytes', bytes, 'corpus', corpus, 'split', split, 'sentences', sentences, 'tokens', tokens))
    FROM (SELECT * FROM run_datasets JOIN datasets USING (hash) WHERE run = runs.id ORDER BY position)) AS datasets
  FROM runs JOIN environments e ON e.hash = runs.environment`

/** The settings as JSON that SQLite can query, also where they are damaged. */
export const SAFE_CONFIG = `CASE WHEN json_valid(runs.config) THEN runs.config ELSE '{}' END`

/** @like is a LIKE pattern with \\ as its escape, see likePattern. */
export const SEARCH = `(@like IS NULL OR runs.id LIKE @like ESCAPE '\\' OR runs.name LIKE @like ESCAPE '\\'
  OR EXISTS (SELECT 1 FROM run_tags WHERE run = runs.id AND tag LIKE @like ESCAPE '\\')
  OR EXISTS (SELECT 1 FROM json_each(${SAFE_CONFIG}, '$.tasks') WHERE key LIKE @like ESCAPE '\\'))`

/** Call writes within a transaction. */
export function runsTable(db: Database) {
  const find = db.prepare<[string], Row>(`${RECORD} WHERE runs.id = ?`)
  const list = db.prepare<[{ like: string | null; status: string | null }], Row>(
    `${RECORD} WHERE ${SEARCH} AND (@status IS NULL OR status = @status) ORDER BY runs.id DESC`,
  )
  const withConfig = db.prepare<[string], Row>(`${RECORD} WHERE config_hash = ? ORDER BY runs.id DESC`)
  const last = db.prepare<[], string>('SELECT max(id) FROM runs').pluck()
  /** Ways to name a run, the most specific first; the first that finds any decides. */
  const lookups = [
    'id = @reference',
    'name = @reference',
    'substr(id, 1, length(@reference)) = @reference OR substr(id, -length(@reference)) = @reference',
  ].map((condition) =>
    db.prepare<[{ reference: string }], string>(`SELECT id FROM runs WHERE ${condition} ORDER BY id DESC`).pluck(),
  )
  const insert = db.prepare(
    'INSERT INTO runs (id, name, status, config, config_hash, environment, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const keepEnvironment = db.prepare('INSERT OR IGNORE INTO environments (hash, record) VALUES (?, ?)')
  const keepDataset = db.prepare('INSERT OR IGNORE INTO datasets (hash, bytes) VALUES (?, ?)')
  const unlist = db.prepare('DELETE FROM run_datasets WHERE run = ?')
  const enlist = db.prepare(
    'INSERT INTO run_datasets (run, position, hash, path, corpus, split, sentences, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const addTag = db.prepare('INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)')
  const removeTag = db.prepare('DELETE FROM run_tags WHERE run = ? AND tag = ?')
  const rename = db.prepare('UPDATE runs SET name = ? WHERE id = ?')
  const setEnvironment = db.prepare('UPDATE runs SET environment = ? WHERE id = ?')
  const setReport = db.prepare('UPDATE runs SET report = ? WHERE id = ?')
  const drop = db.prepare('DELETE FROM runs WHERE id = ?')
  const nameOf = db.prepare<[string], string>('SELECT name FROM runs WHERE id = ?').pluck()

  function get(id: string): RunRecord {
    const row = find.get(id)
    if (row === undefined) throw missing(id)
    return toRecord(row)
  }

  function environmentHash(environment: EnvironmentRecord): string {
    const hash = hashOf(environment)
    keepEnvironment.run(hash, canonicalJson(environment))
    return hash
  }

  function saveDatasets(id: string, datasets: DatasetRecord[]): void {
    unlist.run(id)
    datasets.forEach(({ hash, bytes, path, corpus, split, sentences, tokens }, position) => {
      keepDataset.run(hash, bytes)
      enlist.run(id, position, hash, path, corpus, split, sentences, tokens)
    })
  }

  function addTags(id: string, tags: string[]): void {
    for (const tag of tags.map((one) => one.trim())) if (tag !== '') addTag.run(id, tag)
  }

  function findId(reference: string): string {
    const newest = reference === 'last' ? last.get() : null
    if (newest) return newest
    for (const lookup of reference === '' ? [] : lookups) {
      const [id, ...others] = lookup.all({ reference })
      if (others.length > 0) throw ambiguous(reference, [id, ...others])
      if (id !== undefined) return id
    }
    throw missing(reference)
  }

  return {
    get,
    findId,
    saveDatasets,
    environmentHash,
    create({ name, config, environment, datasets = [], tags = [] }: NewRun): RunRecord {
      const now = new Date()
      const id = newRunId(now, last.get() ?? null)
      insert.run(
        id,
        name,
        'created',
        JSON.stringify(config),
        hashOf(config),
        environmentHash(environment),
        now.toISOString(),
      )
      saveDatasets(id, datasets)
      addTags(id, tags)
      return get(id)
    },
    identify(reference: string): Pick<RunRecord, 'id' | 'name'> {
      const id = findId(reference)
      return { id, name: nameOf.get(id)! }
    },
    list({ search, status, limit }: RunFilter): RunRecord[] {
      const stored = status === 'interrupted' ? 'running' : (status ?? null)
      const wanted: RunRecord[] = []
      // Whether a run is interrupted is known only after looking up its process, and whether it is damaged after
      // reading it.
      for (const row of list.iterate({ like: likePattern(search), status: stored })) {
        if (wanted.length === limit) break
        const record = readable(row)
        if (record === null || (stored === 'running' && record.interrupted !== (status === 'interrupted'))) continue
        wanted.push(record)
      }
      return wanted
    },
    addTags,
    /** Runs with these settings, without damaged ones. */
    withConfig: (hash: string) => withConfig.all(hash).flatMap((row) => readable(row) ?? []),
    removeTags: (id: string, tags: string[]) => tags.forEach((tag) => removeTag.run(id, tag.trim())),
    rename: (id: string, name: string) => void rename.run(name, id),
    saveEnvironment: (id: string, environment: EnvironmentRecord) =>
      void setEnvironment.run(environmentHash(environment), id),
    saveReport: (id: string, report: Report) => void setReport.run(toJson(report), id),
    remove(id: string): void {
      drop.run(id)
      db.exec(
        'DELETE FROM datasets WHERE hash NOT IN (SELECT hash FROM run_datasets); DELETE FROM environments WHERE hash NOT IN (SELECT environment FROM runs)',
      )
    },
  }
}

/** Throws a StoreError 'damaged' that names the run. */
function toRecord(row: Row): RunRecord {
  try {
    return {
      id: row.id,
      name: row.name,
      status: checkStored('The status of the run', row.status, z.enum(RUN_STATUSES)),
      interrupted: isInterrupted(row),
      message: row.message,
      // A copy: callers may change their record.
      config: structuredClone(parseConfig(row.config)),
      configHash: row.config_hash,
      environment: parseEnvironment(row.environment),
      datasets: parseDatasets(row.datasets),
      createdAt: row.created_at,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      workedSeconds: row.worked_seconds,
      tags: JSON.parse(row.tags) as string[],
      notes: row.notes,
      pinned: row.pinned === 1,
      report: parseReport(row.report),
    }
  } catch (error) {
    throw error instanceof StoreError
      ? new StoreError('damaged', `Run ${row.id} (${row.name}): ${error.message}`, error)
      : error
  }
}

/** The record in a list; null for a damaged run, which must not hide the others. */
function readable(row: Row): RunRecord | null {
  try {
    return toRecord(row)
  } catch (error) {
    if (error instanceof StoreError) return null
    throw error
  }
}

/** Why the row of a run cannot be used, or null. */
export function problemOf(row: Pick<Row, 'status' | 'config' | 'environment' | 'report'>): string | null {
  try {
    checkStored('The status of the run', row.status, z.enum(RUN_STATUSES))
    parseConfig(row.config)
    parseEnvironment(row.environment)
    parseReport(row.report)
    return null
  } catch (error) {
    if (error instanceof StoreError) return error.message
    throw error
  }
}

/** Whether a run has the status `running`, but its process has ended. */
export function isInterrupted({
  status,
  owner,
  heard_at: heardAt,
}: Pick<Row, 'status' | 'owner' | 'heard_at'>): boolean {
  const known = parseOwner(owner)
  return status === 'running' && (known === null || !isAlive(known, heardAt))
}

/** A pattern for texts that contain the search text; null matches all. */
export function likePattern(search: string | undefined): string | null {
  return search === undefined || search.trim() === '' ? null : `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
}

export function missing(reference: string): StoreError {
  return new StoreError('missing', `There is no run ${reference === '' ? 'with an empty name' : reference}.`)
}

function ambiguous(reference: string, ids: string[]): StoreError {
  const some = ids.slice(0, 5).join(', ')
  return new StoreError(
    'ambiguous',
    `${reference} matches ${ids.length} runs: ${some}${ids.length > 5 ? ', …' : ''}. Give the id.`,
  )
}
