/** Imports the run of an archive into the database. */
import type { Database } from 'better-sqlite3'
import type { Unarchived } from '../../../shared/runs/archive.ts'
import { StoreError } from '../errors.ts'
import type { filesTable } from '../files.ts'
import { newRunId } from '../runId.ts'
import type { runsTable } from '../runs.ts'
import type { summariesTable } from '../summaries.ts'
import { contentHash, copyRun } from './rows.ts'
import { checkContent } from './content.ts'

export interface Tables {
  runs: ReturnType<typeof runsTable>
  files: ReturnType<typeof filesTable>
  summaries: ReturnType<typeof summariesTable>
}

const RUN_ID = /^\d{8}-[0-9a-f]{4,12}$/

/**
 * Call it within a transaction. Throws a StoreError: 'exists' where another run has the id and `asCopy` is not set,
 * 'damaged' where the content of the archive is not that of a run. The seal detects accidental changes; made-up content
 * is detected here, because it would break the list of all runs.
 */
export function importRun(
  db: Database,
  { runs, files, summaries }: Tables,
  archive: Database,
  run: string,
  path: string,
  asCopy: boolean,
): Unarchived {
  const existing = db.prepare<[string], string>('SELECT name FROM runs WHERE id = ?').pluck().get(run)
  if (existing !== undefined && !asCopy) {
    if (contentHash(db, run) === contentHash(archive, run))
      return { run, name: existing, outcome: 'present', missingFiles: files.locate(run) }
    throw new StoreError(
      'exists',
      `Run ${run} (${existing}) already exists here and differs from ${path}: ` +
        'import the archive as a copy, or delete that run first.',
    )
  }
  if (!RUN_ID.test(run))
    throw new StoreError('damaged', `${path} is damaged: ${JSON.stringify(run.slice(0, 100))} is not the id of a run.`)
  checkContent(archive, run, path)
  const last = db.prepare<[], string | null>('SELECT max(id) FROM runs').pluck().get() ?? null
  const id = asCopy ? newRunId(new Date(), last) : run
  copyRun(archive, db, run, id, (table, row) => {
    if (table !== 'runs') return row
    // An owner would be a process of another machine, or, made up, one that keeps the run from being deleted.
    const unowned = { ...row, owner: null, heard_at: 0, digest: null }
    return asCopy ? { ...unowned, name: `${String(row.name)} (copy)` } : unowned
  })
  const missingFiles = files.locate(id)
  summaries.refresh(id)
  return { run: id, name: runs.get(id).name, outcome: 'imported', missingFiles }
}
