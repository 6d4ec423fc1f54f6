/**
 * The rows of the list of runs. What they show about a run's trainings is stored with the run, as a digest that every
 * commit updates: the list of a thousand runs must not read their millions of epochs.
 */
import type { Database, Statement } from 'better-sqlite3'
import { digestOf, type RunDigest } from '../../shared/runs/digest.ts'
import type { RunStatus } from '../../shared/protocol/events.ts'
import { toJson } from '../../shared/util/json.ts'
import type { RunSummary } from '../../shared/runs/records.ts'
import type { metricsTable } from './metrics.ts'
import { seedGroup } from './seedGroup.ts'
import { isInterrupted, likePattern, PINNED, problemOf, SAFE_CONFIG, SEARCH, TAGS } from './runs.ts'
import { digestSchema, listedSettingsSchema, RUN_STATUSES } from './schemas.ts'
import { parseConfig, parseReport, parseStored } from './stored.ts'
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
  /** Problems of a row show in these: they are checked, and null where the settings are no JSON. */
  seed: unknown
  methods: string | null
  /** JSON arrays. */
  tasks: string
  tags: string
  notes: string
  pinned: 0 | 1
}

/** The digest as it is stored. */
type StoredDigest = RunDigest & Pick<RunSummary, 'group'>

/** Of the notes, the list shows the beginning. */
const NOTES_LENGTH = 200

const LINE = `SELECT id, name, status, created_at, worked_seconds, config_hash, owner, heard_at, digest,
  ${SAFE_CONFIG} ->> '$.seed' AS seed, ${SAFE_CONFIG} -> '$.methods' AS methods,
  (SELECT json_group_array(key) FROM json_each(${SAFE_CONFIG}, '$.tasks')) AS tasks, ${TAGS}, ${PINNED},
  coalesce((SELECT substr(text, 1, ${NOTES_LENGTH}) FROM run_notes WHERE run = runs.id), '') AS notes FROM runs`

/** For a run without a readable digest. */
const UNKNOWN: StoredDigest = {
  trainings: { done: 0, begun: 0, planned: 0 },
  best: null,
  scores: null,
  group: '',
}

/** Call writes within a transaction. */
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
  const datasets = db.prepare<[string], { corpus: string; split: string; hash: string }>(
    'SELECT corpus, split, hash FROM run_datasets WHERE run = ? ORDER BY corpus, split, position',
  )
  const details = db.prepare<[string], Parameters<typeof problemOf>[0]>(DETAILS)
  const write = db.prepare('UPDATE runs SET digest = ? WHERE id = ?')
  const without = db.prepare<[], string>('SELECT id FROM runs WHERE digest IS NULL').pluck()

  function refresh(run: string): void {
    const { config, report } = find.get(run)!
    const all = trainings.list(run).map(({ row, record: { id, result } }) => ({ row, id, result }))
    const settings = parseConfig(config)
    const digest: StoredDigest = {
      ...digestOf(settings, parseReport(report), all, ({ row }) => metrics.epochs(row)),
      group: seedGroup(settings, datasets.all(run)),
    }
    write.run(toJson(digest), run)
  }

  return {
    refresh,
    /** Whether there are runs of an older version, without a digest. */
    isMissing: () => without.get() !== undefined,
    fill(): void {
      for (const run of without.all()) {
        try {
          refresh(run)
        } catch {
          // A damaged run has no digest; the list shows it as damaged.
        }
      }
    },
    /** Newest first. */
    list: ({ search, limit }: Pick<RunFilter, 'search' | 'limit'>) =>
      list.all({ like: likePattern(search), limit: limit ?? -1 }).map((row) => toSummary(row, details)),
  }
}

/**
 * The full check of a row takes longer than reading its line, so it is made only where the line or its digest shows a
 * problem, and to name the reason. Opening a run checks everything.
 */
function toSummary(row: Row, details: Statement<[string], Parameters<typeof problemOf>[0]>): RunSummary {
  const settings = listedSettingsSchema.safeParse({
    methods: row.methods === null ? null : (JSON.parse(row.methods) as unknown),
    tasks: JSON.parse(row.tasks) as unknown,
    seed: row.seed,
  })
  const digest = readDigest(row.digest)
  const isSuspect = !settings.success || digest === null || !RUN_STATUSES.includes(row.status)
  return {
    id: row.id,
    name: row.name,
    status: RUN_STATUSES.includes(row.status) ? row.status : 'failed',
    interrupted: isInterrupted(row),
    damaged: isSuspect ? problemOf(details.get(row.id)!) : null,
    createdAt: row.created_at,
    workedSeconds: row.worked_seconds,
    configHash: row.config_hash,
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes.trim().split('\n', 1)[0],
    pinned: row.pinned === 1,
    ...(settings.success ? (settings.data as Pick<RunSummary, 'methods' | 'tasks' | 'seed'>) : NO_SETTINGS),
    ...(digest ?? UNKNOWN),
  }
}

const NO_SETTINGS = { methods: [], tasks: [], seed: 0 }

function readDigest(text: string | null): StoredDigest | null {
  if (text === null) return null
  try {
    return parseStored<StoredDigest>('The digest of the run', text, digestSchema)
  } catch {
    return null
  }
}

const DETAILS = `SELECT status, config, report, (SELECT record FROM environments WHERE hash = environment) AS environment
  FROM runs WHERE id = ?`
