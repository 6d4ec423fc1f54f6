/**
 * The lines of the list of runs. What they tell of a run's trainings is kept beside the run, as a digest made anew whenever a commit
 * moves one of them forward: the list of a thousand runs must not read their millions of epochs.
 */
import type { Database } from 'better-sqlite3'
import type { ExperimentConfig, Method } from '../../shared/settings/config.ts'
import { digestOf, type RunDigest } from '../../shared/runs/digest.ts'
import type { RunStatus } from '../../shared/protocol/events.ts'
import { fromJson, toJson } from '../../shared/util/json.ts'
import type { RunSummary } from '../../shared/runs/records.ts'
import type { Report } from '../../shared/runs/report.ts'
import type { metricsTable } from './metrics.ts'
import { isInterrupted, likePattern, SEARCH, TAGS, withLaterSections } from './runs.ts'
import type { trainingsTable } from './trainings.ts'
import type { RunFilter } from './types.ts'

interface Row {
  id: string
  name: string
  status: RunStatus
  created_at: string
  worked_seconds: number
  config_hash: string
  owner: string | null
  heard_at: number
  digest: string | null
  seed: number
  /** JSON arrays. */
  methods: string
  tasks: string
  tags: string
}

const LINE = `SELECT id, name, status, created_at, worked_seconds, config_hash, owner, heard_at, digest, config ->> '$.seed' AS seed, config -> '$.methods' AS methods,
  (SELECT json_group_array(key) FROM json_each(config, '$.tasks')) AS tasks, ${TAGS} FROM runs`

/** Of a run that cannot be digested: the list must show the others. */
const UNKNOWN: RunDigest = { trainings: { done: 0, begun: 0, planned: 0 }, best: null, scores: null }

/** Writes expect to be within a transaction. */
export function summariesTable(
  db: Database,
  trainings: ReturnType<typeof trainingsTable>,
  metrics: ReturnType<typeof metricsTable>,
) {
  const list = db.prepare<[{ like: string | null; limit: number }], Row>(
    `${LINE} WHERE ${SEARCH} ORDER BY id DESC LIMIT @limit`,
  )
  const find = db.prepare<[string], { config: string; report: string | null }>(
    'SELECT config, report FROM runs WHERE id = ?',
  )
  const write = db.prepare('UPDATE runs SET digest = ? WHERE id = ?')
  const without = db.prepare<[], string>('SELECT id FROM runs WHERE digest IS NULL').pluck()

  function refresh(run: string): void {
    const { config, report } = find.get(run)!
    const all = trainings.list(run).map(({ row, record: { id, result } }) => ({ row, id, result }))
    const digest = digestOf(
      withLaterSections(JSON.parse(config) as ExperimentConfig),
      report === null ? null : fromJson<Report>(report),
      all,
      ({ row }) => metrics.epochs(row),
    )
    write.run(toJson(digest), run)
  }

  return {
    refresh,
    /** Whether runs of an older version wait for `fill`. */
    isMissing: () => without.get() !== undefined,
    fill(): void {
      for (const run of without.all()) {
        try {
          refresh(run)
        } catch {
          // A run that is damaged says so when it is opened; it must not keep the others from being listed.
        }
      }
    },
    /** Newest first. */
    list: ({ search, limit }: Pick<RunFilter, 'search' | 'limit'>) =>
      list.all({ like: likePattern(search), limit: limit ?? -1 }).map(toSummary),
  }
}

function toSummary(row: Row): RunSummary {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    interrupted: isInterrupted(row),
    createdAt: row.created_at,
    workedSeconds: row.worked_seconds,
    configHash: row.config_hash,
    tags: JSON.parse(row.tags) as string[],
    methods: JSON.parse(row.methods) as Method[],
    tasks: JSON.parse(row.tasks) as string[],
    seed: row.seed,
    ...(row.digest === null ? UNKNOWN : fromJson<RunDigest>(row.digest)),
  }
}
