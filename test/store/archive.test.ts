/** Archives of runs: imported elsewhere bit for bit, and refused where a byte was changed. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { isFile, settings } from '../../main/config/settings.ts'
import { shortNames } from '../../main/store/archive/portable.ts'
import { seal, unseal } from '../../main/store/archive/seal.ts'
import { runTables } from '../../main/store/archive/tables.ts'
import { FILE_SETTINGS } from '../../main/store/files.ts'
import { ARCHIVE_ID, migrate, VERSION } from '../../main/store/migrations.ts'
import { openStore } from '../../main/store/index.ts'
import type { Store } from '../../main/store/types.ts'
import { Draw } from '../support/arrays.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, expectSameOutcome, finished, outcomeOf, runSession, type Experiment } from '../support/experiments.ts'
import { joint, newRun, open, result, round, steps, temporaryPath } from './fixtures.ts'

const refused = (code: string, message?: RegExp) =>
  expect.objectContaining({ code, ...(message !== undefined && { message: expect.stringMatching(message) as string }) })

/** A run with rows in most tables, archived. */
function small(): { store: Store; run: string; path: string; folder: string } {
  const database = temporaryPath()
  const store = open(database)
  const other = store.createRun(newRun('other')).id
  const run = store.createRun(newRun('first')).id
  store.claimRun(other)
  store.claimRun(run)
  // Interleaved, like two runs that train side by side.
  for (const n of [0, 1]) {
    for (const id of [other, run])
      store.commit(id, {
        id: round(n),
        start: { totalSteps: 700 },
        steps: steps(0, 700),
        result,
        artifacts: { w: { w: { shape: [50], data: new Float32Array(50).fill(n) } } },
      })
  }
  store.commit(run, {
    id: joint,
    start: { totalSteps: 9 },
    steps: steps(0, 3),
    checkpoint: {
      step: 3,
      epoch: 0,
      scalars: { nan: Number.NaN },
      state: { v: { shape: [3], data: Float32Array.of(1, -0, 3) } },
    },
  })
  store.saveDocument(run, 'vocabulary', { version: 1, lowercaseWords: true, words: ['a'], chars: [], tasks: {} })
  store.addTags(run, ['paper'])
  const folder = dirname(database)
  const path = join(folder, 'first.sparserun')
  store.archiveRun(run, path, '1.2.3')
  return { store, run, path, folder }
}

/** The archive with its content changed, sealed again. */
function forged(path: string, change: (db: Database.Database) => void): string {
  const inside = `${path}.inside`
  unseal(path, inside)
  const db = new Database(inside)
  change(db)
  db.close()
  seal(inside)
  return inside
}

describe('a run that was trained', () => {
  let experiment: Experiment
  let path: string
  beforeAll(async () => {
    experiment = await finished(tinyConfig({ name: 'mine', methods: ['single', 'sparse'] }))
    path = join(experiment.folder, 'mine.sparserun')
    experiment.store.archiveRun(experiment.runId, path, '1.2.3')
  })

  it('is the same in another database', () => {
    const store = open(temporaryPath())
    expect(store.unarchiveRun(path)).toMatchObject({ run: experiment.runId, name: 'mine', outcome: 'imported' })
    expectSameOutcome(outcomeOf({ store, runId: experiment.runId }), outcomeOf(experiment))
    expect(store.loadDocument(experiment.runId, 'vocabulary')).toEqual(
      experiment.store.loadDocument(experiment.runId, 'vocabulary'),
    )
    const { trainings: _, ...known } = experiment.store.listSummaries()[0]
    expect(store.listSummaries()[0]).toMatchObject({ scores: known.scores, best: known.best, status: 'finished' })
  })

  it('can be archived again there, and is still the same run', () => {
    const store = open(temporaryPath())
    store.unarchiveRun(path)
    const again = `${temporaryPath()}.sparserun`
    store.archiveRun(experiment.runId, again, '1.2.3')
    expect(experiment.store.unarchiveRun(again)).toEqual({
      run: experiment.runId,
      name: 'mine',
      outcome: 'present',
      missingFiles: [],
    })
  })

  it('does not contain the folders of its files', () => {
    expect(readFileSync(path).includes(experiment.folder)).toBe(false)
    const store = open(temporaryPath())
    store.unarchiveRun(path)
    expect(store.getRun('mine')).toMatchObject({
      config: { corpora: { made: { train: 'train.txt', dev: 'dev.txt' } } },
      datasets: [{ path: 'train.txt' }, { path: 'dev.txt' }, { path: 'test.txt' }],
    })
  })

  it('can be opened with any SQLite', () => {
    const db = new Database(path, { readonly: true })
    expect(db.prepare('SELECT product, runs.name FROM archive JOIN runs ON id = run').get()).toEqual({
      product: '1.2.3',
      name: 'mine',
    })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    expect(() => open(path)).toThrow(refused('foreign', /archive of a run, not a database/))
  })
})

describe('a run that was interrupted', () => {
  it('resumes elsewhere to the same bits, once its files are known there', async () => {
    const config = tinyConfig({ methods: ['sparse'] })
    const whole = await finished(config)
    const began = await created(config)
    expect((await runSession(began, { stopAt: (event) => event.type === 'epoch' })).end).toBe('stopped')
    const path = join(began.folder, 'x.sparserun')
    began.store.archiveRun(began.runId, path, '1.2.3')
    // The folder is gone on this machine: another name for it.
    const store = open(temporaryPath())
    const gone = join(began.folder, 'gone')
    mkdirSync(gone)
    for (const file of ['train.txt', 'dev.txt', 'test.txt']) renameSync(join(began.folder, file), join(gone, file))
    expect(store.unarchiveRun(path)).toMatchObject({
      outcome: 'imported',
      missingFiles: ['train.txt', 'dev.txt', 'test.txt'],
    })
    const moved: Experiment = { ...began, store }
    await expect(runSession(moved)).rejects.toThrow(/train\.txt/)
    // Another run over the same files tells where they are.
    const { folder } = whole
    store.createRun({ ...newRun('there'), datasets: whole.store.getRun(whole.runId).datasets })
    expect((await runSession(moved)).end).toBe('finished')
    expect(store.getRun(began.runId).config.corpora.made.train).toBe(join(folder, 'train.txt'))
    expectSameOutcome(outcomeOf(moved), outcomeOf(whole))
  })

  it('is archived as it is at that moment while it trains', () => {
    const { store, run, path } = small()
    expect(store.getRun(run)).toMatchObject({ status: 'running', interrupted: false })
    const other = open(temporaryPath())
    other.unarchiveRun(path)
    expect(other.getRun(run)).toMatchObject({ status: 'running', interrupted: true, tags: ['paper'] })
    expect(other.trainings(run)).toEqual(store.trainings(run))
    for (const { id } of store.trainings(run)) expect(other.stepMetrics(run, id)).toEqual(store.stepMetrics(run, id))
    expect(other.loadCheckpoint(run, joint)).toStrictEqual(store.loadCheckpoint(run, joint))
    other.claimRun(run)
    other.commit(run, { id: joint, steps: steps(3, 9), result })
    expect(other.training(run, joint)?.state).toBe('finished')
  })
})

describe('where the run exists already', () => {
  it('nothing is done if it is the same, under any name', () => {
    const { store, run, path } = small()
    store.renameRun(run, 'called so here')
    store.removeTags(run, ['paper'])
    const before = store.changes()
    expect(store.unarchiveRun(path)).toMatchObject({ run, name: 'called so here', outcome: 'present' })
    expect(store.listRuns()).toHaveLength(2)
    expect(store.changes()).toBe(before)
  })

  it('another state of it is refused, or becomes a copy', () => {
    const { store, run, path } = small()
    store.commit(run, { id: joint, steps: steps(3, 9), result })
    expect(() => store.unarchiveRun(path)).toThrow(
      refused('exists', /\(first\) already exists here and differs.*as a copy, or delete/),
    )
    const copy = store.unarchiveRun(path, { asCopy: true })
    expect(copy).toMatchObject({ name: 'first (copy)', outcome: 'imported' })
    expect(copy.run > run).toBe(true)
    expect(store.trainings(copy.run).at(-1)).toMatchObject({ state: 'running', checkpoint: { step: 3 } })
    expect(store.trainings(run).at(-1)).toMatchObject({ state: 'finished' })
    store.setStatus(copy.run, 'stopped')
    store.deleteRun(copy.run)
    expect(store.stepMetrics(run, joint)).toHaveLength(9)
  })
})

describe('refused without leaving anything behind', () => {
  it('a changed byte, a truncated file, appended bytes', () => {
    const { path, folder } = small()
    const bytes = readFileSync(path)
    const store = open(join(folder, 'other', 'runs.db'))
    const bad = join(folder, 'bad.sparserun')
    const refuse = (content: Uint8Array, code: unknown) => {
      writeFileSync(bad, content)
      expect(() => store.unarchiveRun(bad)).toThrow(refused(code as string))
    }
    const draw = new Draw('archive', 'damage')
    const ends = Array.from({ length: 80 }, (_, i) => [i, bytes.length - 1 - i]).flat()
    for (const at of [...ends, ...Array.from({ length: 150 }, () => draw.int(0, bytes.length))]) {
      const changed = Buffer.from(bytes)
      changed[at] ^= 1 << draw.int(0, 8)
      refuse(changed, 'damaged')
    }
    for (let i = 0; i < 30; i++) {
      const length = i < 10 ? bytes.length - 1 - i : draw.int(0, bytes.length)
      refuse(bytes.subarray(0, length), length < 100 ? 'foreign' : 'damaged')
    }
    refuse(Buffer.concat([bytes, Buffer.from('\n')]), 'damaged')
    refuse(Buffer.concat([bytes, bytes]), 'damaged')
    refuse(new Uint8Array(), 'foreign')
    expect(store.listRuns()).toEqual([])
    expect(readdirSync(join(folder, 'other')).filter((name) => !name.startsWith('runs.db'))).toEqual([])
  })

  it('other files, with what they are', () => {
    const { store, path, folder } = small()
    const text = join(folder, 'text.sparserun')
    writeFileSync(text, 'no archive at all '.repeat(50))
    expect(() => store.unarchiveRun(text)).toThrow(refused('foreign', /text\.sparserun is not the archive of a run/))
    const database = join(folder, 'closed.db')
    openStore(database).close()
    expect(() => store.unarchiveRun(database)).toThrow(refused('foreign', /is the database of a studio/))
    expect(() => store.unarchiveRun(join(folder, 'none'))).toThrow(refused('io', /no such file/))
    expect(() => store.unarchiveRun(folder)).toThrow(refused('io', /it is a folder/))
    copyFileSync(path, `${path}.v2`)
    unseal(`${path}.v2`, `${path}.v2.inside`)
    seal(`${path}.v2.inside`, 2)
    expect(() => store.unarchiveRun(`${path}.v2.inside`)).toThrow(
      refused('newer', /archive format 2, this program knows 1/),
    )
  })

  it('a newer version, with the version that wrote it', () => {
    const { store, path } = small()
    const newer = forged(path, (db) => void db.pragma(`user_version = ${VERSION + 1}`))
    expect(() => store.unarchiveRun(newer)).toThrow(
      refused(
        'newer',
        new RegExp(`version 1\\.2\\.3, schema ${VERSION + 1}; this program knows schemas up to ${VERSION}`),
      ),
    )
  })

  it.each<[string, string, string]>([
    ['a trigger', 'foreign', 'CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END'],
    ['another table', 'foreign', 'CREATE TABLE more (x)'],
    ['another mark', 'foreign', 'PRAGMA application_id = 1'],
    [
      'two runs',
      'damaged',
      "INSERT INTO runs SELECT 'x', name, status, message, config, config_hash, environment, created_at, started_at, finished_at, worked_seconds, report, owner, heard_at, digest FROM runs",
    ],
    ['no such run', 'damaged', "UPDATE archive SET run = 'x'"],
    [
      'an id that is none',
      'damaged',
      "PRAGMA foreign_keys = OFF; UPDATE archive SET run = 'last'; UPDATE runs SET id = 'last'",
    ],
    ['settings that are none', 'damaged', 'UPDATE runs SET config = \'{"corpora":{},"tasks":{},"methods":[]}\''],
    ['settings that are not even JSON', 'damaged', "UPDATE runs SET config = '{'"],
    ['results that are not JSON', 'damaged', "UPDATE trainings SET result = '{'"],
  ])('what was made up: %s', (_, code, sql) => {
    const { path } = small()
    const store = open(temporaryPath())
    expect(() => store.unarchiveRun(forged(path, (db) => db.exec(sql)))).toThrow(refused(code))
    expect([store.listRuns(), store.listSummaries()]).toEqual([[], []])
  })
})

it('an archive of an earlier schema is migrated', () => {
  const path = `${temporaryPath()}.sparserun`
  const old = new Database(path)
  migrate(old, 3)
  old.pragma(`application_id = ${ARCHIVE_ID}`)
  // As the first version had it.
  old.exec(`CREATE TABLE archive (
  run TEXT NOT NULL,
  product TEXT NOT NULL,               -- version of the program that wrote it
  created_at TEXT NOT NULL
) STRICT`)
  old.prepare("INSERT INTO environments VALUES ('e', ?)").run(JSON.stringify(newRun().environment))
  old.exec("INSERT INTO archive VALUES ('20260101-0000', '0.1.0', '2026-01-01T00:00:00Z')")
  old
    .prepare(
      "INSERT INTO runs (id, name, status, config, config_hash, environment, created_at) VALUES ('20260101-0000', 'old', 'finished', ?, 'h', 'e', '2026-01-01T00:00:00Z')",
    )
    .run(JSON.stringify(newRun().config))
  old.close()
  seal(path)
  const store = open(temporaryPath())
  expect(store.unarchiveRun(path)).toMatchObject({ run: '20260101-0000', outcome: 'imported' })
  expect(store.listSummaries()).toMatchObject([{ name: 'old', trainings: { begun: 0 } }])
})

it('does not overwrite a file, and leaves no partial file', () => {
  const { store, run, path, folder } = small()
  const before = readFileSync(path)
  expect(() => store.archiveRun(run, path, '1')).toThrow(refused('exists', /already exists/))
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(() => store.archiveRun(run, join(folder, 'nowhere', 'x.sparserun'), '1')).toThrow(
    refused('io', /cannot be written: there is no such file or folder/),
  )
  expect(() => store.archiveRun('nobody', join(folder, 'x'), '1')).toThrow(refused('missing'))
  expect(existsSync(join(folder, 'x'))).toBe(false)
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([])
})

describe('nothing is missing', () => {
  it('of the schema: each table is of a run, shared by runs, of the catalogue, of what people corrected, or of the machine', () => {
    const db = new Database(':memory:')
    migrate(db)
    const tables = runTables(db)
    const names = (shared: boolean) =>
      tables
        .filter((table) => table.shared === shared)
        .map(({ name }) => name)
        .toSorted()
    expect(names(true)).toEqual(['datasets', 'environments'])
    const all = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[]
    expect(
      [
        ...names(true),
        ...names(false),
        'corpora',
        'corpus_files',
        'annotation_projects',
        'annotation_items',
        'annotation_texts',
        'annotation_suggestions',
        'annotation_decisions',
        'annotation_edits',
        'devices',
        'preferred_backends',
        'pinned_baseline',
        'experiments',
      ].toSorted(),
    ).toEqual(all.toSorted())
    db.exec(
      'CREATE TABLE later (training INTEGER REFERENCES trainings(id), x, PRIMARY KEY (training, x)); CREATE TABLE latest (run TEXT PRIMARY KEY REFERENCES runs(id))',
    )
    expect(runTables(db).map(({ name }) => name)).toEqual(expect.arrayContaining(['later', 'latest']))
    db.close()
  })

  it('of the settings that name files', () => {
    expect(FILE_SETTINGS.map((path) => path.join('.')).toSorted()).toEqual(
      settings
        .filter(isFile)
        .map(({ path }) => path.join('.'))
        .toSorted(),
    )
  })
})

it.each<[string[], string[]]>([
  [
    ['/corpora/news/train.txt', '/corpora/news/dev.txt'],
    ['train.txt', 'dev.txt'],
  ],
  [
    ['/a/conll/train.txt', '/a/ud/train.txt', 'C:\\glove\\glove.txt'],
    ['conll/train.txt', 'ud/train.txt', 'glove.txt'],
  ],
  [
    ['train.txt', 'ud/train.txt', '/train.txt'],
    ['train.txt', 'ud/train.txt', 'train.txt'],
  ],
])('files %j go by %j', (paths, names) => {
  const short = shortNames(paths)
  expect(paths.map((path) => short.get(path))).toEqual(names)
  // Shortened again, they stay.
  expect(names.map((name) => shortNames(names).get(name))).toEqual(names)
})
