/** Brings the run of an archive into the database. */
import type { Database } from 'better-sqlite3'
import type { Unarchived } from '../../../shared/runs/archive.ts'
import { configSchema } from '../../../shared/settings/config.ts'
import { StoreError } from '../errors.ts'
import type { filesTable } from '../files.ts'
import { newRunId } from '../runId.ts'
import type { runsTable } from '../runs.ts'
import type { summariesTable } from '../summaries.ts'
import { contentHash, copyRun } from './rows.ts'

export interface Tables {
  runs: ReturnType<typeof runsTable>
  files: ReturnType<typeof filesTable>
  summaries: ReturnType<typeof summariesTable>
}

const RUN_ID = /^\d{8}-[0-9a-f]{4,12}$/

/**
 * Expects to be within a transaction. Throws a StoreError: 'exists' where another run has the id, and it is not to be a copy;
 * 'damaged' where what the archive holds makes no run.
 */
export function importRun(
  db: Database,
  { runs, files, summaries }: Tables,
  archive: Database,
  run: string,
  path: string,
  asCopy: boolean,
): Unarchived {
  const there = db.prepare<[string], string>('SELECT name FROM runs WHERE id = ?').pluck().get(run)
  if (there !== undefined && !asCopy) {
    if (contentHash(db, run) === contentHash(archive, run))
      return { run, name: there, outcome: 'present', missingFiles: files.locate(run) }
    throw new StoreError(
      'exists',
      `There is a run ${run} here already (${there}), and it is not as ${path} has it: bring the archive in as a copy, or delete that run first.`,
    )
  }
  if (!RUN_ID.test(run))
    throw new StoreError('damaged', `${path} is damaged: ${JSON.stringify(run)} is no id of a run.`)
  const last = db.prepare<[], string | null>('SELECT max(id) FROM runs').pluck().get() ?? null
  const id = asCopy ? newRunId(new Date(), last) : run
  copyRun(archive, db, run, id, (table, row) =>
    asCopy && table === 'runs' ? { ...row, name: `${String(row.name)} (copy)` } : row,
  )
  const missingFiles = files.locate(id)
  return { run: id, name: checked(id, path, { runs, summaries }), outcome: 'imported', missingFiles }
}

/** The seal tells what was changed by accident; what was made up is found here, lest it break the list of all runs. Returns the name. */
function checked(id: string, path: string, { runs, summaries }: Omit<Tables, 'files'>): string {
  try {
    const { name, config } = runs.get(id)
    configSchema.parse(config)
    summaries.refresh(id)
    return name
  } catch (error) {
    throw new StoreError(
      'damaged',
      `${path} is damaged: its settings, report or metrics are not what a run has.`,
      error,
    )
  }
}
