/**
 * The schema and its history. `user_version` counts the applied migrations. A released migration is never changed; new
 * ones are appended. Each has a test that migrates a database of the version before.
 */
import type { Database } from 'better-sqlite3'
import { folded } from './annotation/items.ts'
import { ANNOTATION, CORRECTIONS } from './annotation/schema.ts'

export interface Migration {
  does: string
  sql: string
}

/** "SSSt": marks the file as ours. */
export const APPLICATION_ID = 0x53535374
/** "SSSa": marks the archive of a run. */
export const ARCHIVE_ID = 0x53535361

export const MIGRATIONS: Migration[] = [
  {
    does: 'runs, datasets, trainings, metrics, masks, artifacts, checkpoints',
    sql: `
      CREATE TABLE environments (
        hash TEXT PRIMARY KEY,             -- SHA-256 of the canonical JSON
        record TEXT NOT NULL               -- EnvironmentRecord
      ) STRICT;
      CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        status TEXT NOT NULL,              -- RunStatus
        message TEXT,
        config TEXT NOT NULL,              -- ExperimentConfig
        config_hash TEXT NOT NULL,
        environment TEXT NOT NULL REFERENCES environments(hash),
        created_at TEXT NOT NULL,          -- times: ISO 8601, UTC
        started_at TEXT,
        finished_at TEXT,
        worked_seconds REAL NOT NULL DEFAULT 0,
        report TEXT,                       -- Report
        owner TEXT,                        -- Owner: the process at work, null while none is
        heard_at INTEGER NOT NULL DEFAULT 0 -- its last heartbeat, ms since 1970
      ) STRICT;
      CREATE INDEX runs_by_name ON runs(name);
      CREATE TABLE datasets (
        hash TEXT PRIMARY KEY,             -- SHA-256 of the file's bytes
        bytes INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE run_datasets (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        hash TEXT NOT NULL REFERENCES datasets(hash),
        path TEXT NOT NULL,
        corpus TEXT NOT NULL,
        split TEXT NOT NULL,
        sentences INTEGER,
        tokens INTEGER,
        PRIMARY KEY (run, position)
      ) STRICT;
      CREATE INDEX run_datasets_by_hash ON run_datasets(hash);
      CREATE TABLE trainings (
        id INTEGER PRIMARY KEY,
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        key TEXT NOT NULL,                 -- trainingKey
        phase TEXT NOT NULL,
        task TEXT,
        round INTEGER,
        total_steps INTEGER NOT NULL,
        result TEXT,                       -- TrainingResult; null while running
        UNIQUE (run, key)
      ) STRICT;
      CREATE TABLE step_chunks (
        training INTEGER NOT NULL REFERENCES trainings(id) ON DELETE CASCADE,
        chunk INTEGER NOT NULL,            -- steps chunk * 512 and the 511 after
        data BLOB NOT NULL,                -- see stepChunk.ts
        PRIMARY KEY (training, chunk)
      ) STRICT;
      CREATE TABLE epoch_metrics (
        training INTEGER NOT NULL REFERENCES trainings(id) ON DELETE CASCADE,
        epoch INTEGER NOT NULL,
        metric TEXT NOT NULL,              -- EpochMetric
        PRIMARY KEY (training, epoch)
      ) STRICT;
      CREATE TABLE checkpoints (
        training INTEGER PRIMARY KEY REFERENCES trainings(id) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        scalars TEXT NOT NULL,
        crc INTEGER NOT NULL,              -- CRC-32 of state
        state BLOB NOT NULL                -- bundle, see bundle.ts
      ) STRICT;
      CREATE TABLE artifacts (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        training TEXT NOT NULL,            -- trainingKey; '' for the run's own
        name TEXT NOT NULL,                -- see artifacts.ts
        crc INTEGER NOT NULL,              -- CRC-32 of data
        data BLOB NOT NULL,                -- bundle
        PRIMARY KEY (run, training, name)
      ) STRICT;
      CREATE TABLE documents (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,               -- JSON
        PRIMARY KEY (run, name)
      ) STRICT;
      CREATE TABLE masks (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        task TEXT NOT NULL,
        round INTEGER NOT NULL,
        layers TEXT NOT NULL,              -- [{ name, shape }]
        kept INTEGER NOT NULL,
        density REAL NOT NULL,
        crc INTEGER NOT NULL,              -- CRC-32 of bits
        bits BLOB NOT NULL,                -- packBits of each layer, one after the other
        PRIMARY KEY (run, task, round)
      ) STRICT;
    `,
  },
  {
    does: 'tags of runs',
    sql: `
      CREATE TABLE run_tags (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (run, tag)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX run_tags_by_tag ON run_tags(tag);
    `,
  },
  {
    does: 'the catalogue of corpora',
    sql: `
      CREATE TABLE corpora (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        layout TEXT NOT NULL,              -- { format, words, devFraction, tasks } of Corpus
        figures TEXT NOT NULL              -- CorpusFigures
      ) STRICT;
      CREATE TABLE corpus_files (
        corpus TEXT NOT NULL REFERENCES corpora(id) ON DELETE CASCADE,
        split TEXT NOT NULL,
        name TEXT NOT NULL,                -- as it was called where it came from
        file TEXT NOT NULL,                -- in the folder of corpora beside the database
        rejected TEXT,                     -- the same, of the sentences left out
        hash TEXT NOT NULL,                -- SHA-256 of the file's bytes
        bytes INTEGER NOT NULL,
        sentences INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        rejected_sentences INTEGER NOT NULL,
        PRIMARY KEY (corpus, split)
      ) STRICT;
      CREATE INDEX corpus_files_by_hash ON corpus_files(hash);
    `,
  },
  {
    does: 'a digest of each run for the list',
    sql: `
      ALTER TABLE runs ADD COLUMN digest TEXT; -- RunDigest; null until the store is next opened for writing, see summaries.ts
      CREATE INDEX runs_without_digest ON runs(id) WHERE digest IS NULL;
    `,
  },
  {
    does: 'corrections: sentences, what a model suggests for them, what a person decided; the origin of dataset versions',
    sql: CORRECTIONS,
  },
  {
    does: 'what was found out about the backends of a machine, and what a person chose there',
    sql: `
      CREATE TABLE devices (
        machine TEXT NOT NULL,             -- main/devices/machine.ts
        backend TEXT NOT NULL,
        software TEXT NOT NULL,            -- the versions it was found with
        finding TEXT NOT NULL,             -- Finding
        PRIMARY KEY (machine, backend)
      ) STRICT;
      CREATE TABLE preferred_backends (
        machine TEXT PRIMARY KEY,
        backend TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    does: 'what the networks of a run predicted on dev and test',
    sql: `
      CREATE TABLE evaluated_splits (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        split TEXT NOT NULL,               -- dev or test
        task TEXT NOT NULL,
        description TEXT NOT NULL,         -- TagDescription
        crc INTEGER NOT NULL,              -- CRC-32 of data
        data BLOB NOT NULL,                -- lengths of sentences, gold tags, traits: see evaluations.ts
        PRIMARY KEY (run, split, task)
      ) STRICT;
      CREATE TABLE predictions (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        split TEXT NOT NULL,
        task TEXT NOT NULL,
        method TEXT NOT NULL,
        temperature REAL NOT NULL,         -- fitted on dev
        crc INTEGER NOT NULL,
        data BLOB NOT NULL,                -- predicted tags and their probabilities
        PRIMARY KEY (run, split, task, method)
      ) STRICT;
    `,
  },
  {
    does: 'annotation projects instead of corrections: several sources, no model, label edits, annotators, search',
    sql: ANNOTATION,
  },
  {
    does: 'notes of runs, the pinned baseline, and the group of each run in its digest',
    sql: `
      CREATE TABLE run_notes (
        run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        version INTEGER NOT NULL           -- counts the changes, so that two windows notice each other
      ) STRICT;
      -- Refers to no run: it belongs to the database, and an archive must not carry it.
      CREATE TABLE pinned_baseline (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        run TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER unpin_deleted AFTER DELETE ON runs BEGIN
        DELETE FROM pinned_baseline WHERE run = OLD.id;
      END;
      UPDATE runs SET digest = NULL;
    `,
  },
  {
    does: 'experiments: several runs with one report',
    sql: `
      CREATE TABLE experiments (
        id TEXT PRIMARY KEY,               -- see main/experiments/stored.ts
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        definition TEXT NOT NULL,          -- Definition (main/experiments/definition.ts)
        plan TEXT NOT NULL                 -- PlannedRun[]; its runs are found by the hash of their settings
      ) STRICT;
      CREATE INDEX runs_by_config ON runs(config_hash);
    `,
  },
]

/** The newest schema version that this program knows. */
export const VERSION = MIGRATIONS.length

/**
 * Migrates the database to `target`, by default the newest version (tests use earlier ones). Each migration is one
 * transaction, so a crash leaves one version or the next.
 */
export function migrate(db: Database, target: number = VERSION): void {
  const step = db.transaction((version: number) => {
    // Checked again with the write lock: another process may have migrated meanwhile.
    if (versionOf(db) !== version) return
    if (version === 0) db.pragma(`application_id = ${APPLICATION_ID}`)
    db.function('folded', { deterministic: true }, (text) => folded(String(text)))
    db.exec(MIGRATIONS[version].sql)
    db.pragma(`user_version = ${version + 1}`)
  })
  for (let version = versionOf(db); version < target; version = versionOf(db)) step.immediate(version)
}

export function versionOf(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number
}
