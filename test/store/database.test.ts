import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { labelNamed } from '../../shared/annotation/project.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MIGRATIONS, VERSION, migrate, versionOf } from '../../main/store/migrations.ts'
import { openStore } from '../../main/store/index.ts'
import { newRun, open, round, steps, temporaryPath } from './fixtures.ts'

/** A database of an earlier version, closed after the test. */
function databaseOf(version: number, path: string = ':memory:'): Database.Database {
  const db = new Database(path)
  onTestFinished(() => void db.close())
  db.pragma('foreign_keys = ON')
  migrate(db, version)
  return db
}
const tables = (db: Database.Database) =>
  db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()

describe('migrations', () => {
  it('has a test below for each', () => {
    expect(MIGRATIONS).toHaveLength(10)
  })

  it('1 creates the tables', () => {
    const db = databaseOf(0)
    expect([versionOf(db), tables(db)]).toEqual([0, []])
    migrate(db, 1)
    expect(versionOf(db)).toBe(1)
    expect(tables(db)).toEqual([
      'artifacts',
      'checkpoints',
      'datasets',
      'documents',
      'environments',
      'epoch_metrics',
      'masks',
      'run_datasets',
      'runs',
      'step_chunks',
      'trainings',
    ])
  })

  it('2 adds tags to existing runs', () => {
    const db = databaseOf(1)
    db.exec(`INSERT INTO environments VALUES ('e', '{}');
      INSERT INTO runs (id, name, status, config, config_hash, environment, created_at) VALUES ('20260101-0000', 'old', 'finished', '{}', 'h', 'e', '2026-01-01T00:00:00Z')`)
    migrate(db, 2)
    expect(versionOf(db)).toBe(2)
    db.exec("INSERT INTO run_tags VALUES ('20260101-0000', 'paper')")
    expect(() => db.exec("INSERT INTO run_tags VALUES ('nobody', 'paper')")).toThrow(/FOREIGN KEY/)
    db.exec("DELETE FROM runs WHERE id = '20260101-0000'")
    expect(db.prepare('SELECT count(*) FROM run_tags').pluck().get()).toBe(0)
  })

  it('3 adds an empty catalogue of corpora, and keeps the runs', () => {
    const db = databaseOf(2)
    db.exec(`INSERT INTO environments VALUES ('e', '{}');
      INSERT INTO runs (id, name, status, config, config_hash, environment, created_at) VALUES ('20260101-0000', 'old', 'finished', '{}', 'h', 'e', '2026-01-01T00:00:00Z')`)
    migrate(db, 3)
    expect(versionOf(db)).toBe(3)
    expect(db.prepare('SELECT id FROM runs').pluck().all()).toEqual(['20260101-0000'])
    db.exec(
      "INSERT INTO corpora VALUES ('c', 'news', '2026-01-01T00:00:00Z', '{}', '{}'); INSERT INTO corpus_files VALUES ('c', 'train', 't.txt', 'f', NULL, 'h', 1, 1, 1, 0)",
    )
    expect(() => db.exec("INSERT INTO corpora VALUES ('d', 'news', '2026-01-01T00:00:00Z', '{}', '{}')")).toThrow(
      /UNIQUE/,
    )
    db.exec('DELETE FROM corpora')
    expect(db.prepare('SELECT count(*) FROM corpus_files').pluck().get()).toBe(0)
  })

  it('4 adds digests, which existing runs get when the store is next opened', () => {
    const path = temporaryPath()
    const old = databaseOf(3, path)
    const { config } = newRun()
    const metric = (epoch: number, value: number, best: boolean) =>
      JSON.stringify({
        epoch,
        step: 1,
        loss: {},
        dev: { ner: { name: 'spanF1', value } },
        trainSeconds: 1,
        evalSeconds: 1,
        best,
      })
    old.exec("INSERT INTO environments VALUES ('e', '{}')")
    const insert = old.prepare(
      "INSERT INTO runs (id, name, status, config, config_hash, environment, created_at) VALUES (?, 'old', 'stopped', ?, 'h', 'e', '2026-01-01T00:00:00Z')",
    )
    insert.run('20260101-0000', JSON.stringify(config))
    insert.run('20260101-0001', '{"methods":[]}')
    old.exec(
      "INSERT INTO trainings (id, run, key, phase, task, round, total_steps) VALUES (1, '20260101-0000', 'imp/ner/0', 'imp', 'ner', 0, 10)",
    )
    for (const [epoch, value] of [70, 80, 75].entries())
      old.prepare('INSERT INTO epoch_metrics VALUES (1, ?, ?)').run(epoch, metric(epoch, value, epoch < 2))
    migrate(old, 4)
    expect(old.prepare('SELECT digest FROM runs').pluck().all()).toEqual([null, null])
    old.close()
    const [damaged, run] = open(path).listSummaries()
    expect(run).toMatchObject({
      trainings: { done: 0, begun: 1 },
      scores: {
        method: 'subnet',
        best: { mean: null, tasks: { ner: { value: 80, epoch: 1 } } },
        last: { tasks: { ner: { value: 75, epoch: 2 } } },
      },
    })
    // A run without a digest is listed too.
    expect(damaged).toMatchObject({ id: '20260101-0001', scores: null })
  })

  it('5 adds correction projects, and keeps existing corpora as imported ones', () => {
    const path = temporaryPath()
    const db = databaseOf(4, path)
    const layout = { format: 'conll', words: 0, devFraction: 0.1, tasks: [] }
    db.prepare("INSERT INTO corpora VALUES ('c', 'news', '2026-01-01T00:00:00Z', ?, '{}')").run(JSON.stringify(layout))
    migrate(db, 5)
    expect(tables(db).filter((name) => String(name).startsWith('correction'))).toEqual([
      'correction_decisions',
      'correction_items',
      'correction_suggestions',
      'corrections',
    ])
    db.exec(
      "INSERT INTO corrections VALUES ('p', 'p', 't', '{}', '[]', '{}', '{}', 0); INSERT INTO correction_items VALUES ('p', 0, '{}', 'open', NULL)",
    )
    expect(() => db.exec("INSERT INTO correction_items VALUES ('p', 1, '{}', 'doubtful', NULL)")).toThrow(/CHECK/)
    expect(() => db.exec("INSERT INTO correction_suggestions VALUES ('p', 7, 'r', 'sparse', '[]', 0)")).toThrow(
      /FOREIGN KEY/,
    )
    db.close()
    expect(open(path).listCorpora()).toMatchObject([{ name: 'news', origin: null }])
  })

  it('8 turns corrections into annotation projects, and keeps every sentence, suggestion and decision', () => {
    const path = temporaryPath()
    const db = databaseOf(7, path)
    const tasks = [
      { name: 'pos', kind: 'token', labels: ['N', 'V'] },
      { name: 'np', kind: 'span', labels: ['NP', ''] },
    ]
    const model = { run: 'r', name: 'first', method: 'sparse' }
    const place = { order: 'uncertain', filter: 'open', position: 1 }
    const answers = (label: string) => [
      { task: 'pos', labels: [label, 'V'], spans: null },
      { task: 'np', labels: null, spans: [{ type: 'NP', from: 0, to: 1 }] },
    ]
    const tags = [
      { task: 'pos', tags: ['N', 'V'], confidence: [0.5, 1], spans: null },
      { task: 'np', tags: ['O', 'O'], confidence: null, spans: [] },
    ]
    const source = { kind: 'corpus', corpus: 'c', name: 'news', split: 'dev' }
    db.prepare("INSERT INTO corrections VALUES ('p', 'old', '2026-01-01T00:00:00.000Z', ?, ?, ?, ?, 3)").run(
      ...[source, tasks, model, place].map((one) => JSON.stringify(one)),
    )
    const item = db.prepare('INSERT INTO correction_items VALUES (?, ?, ?, ?, ?)')
    item.run('p', 0, JSON.stringify({ words: ['Ähren', 'ran'] }), 'open', null)
    const text = { words: ['Bob', 'ran'], text: 'Bob  ran', offsets: [0, 3, 5, 8], start: { utf16: 2, codePoints: 2 } }
    item.run('p', 1, JSON.stringify(text), 'open', null)
    const suggestion = db.prepare("INSERT INTO correction_suggestions VALUES ('p', ?, 'r', 'sparse', ?, 0.5)")
    for (const position of [0, 1]) suggestion.run(position, JSON.stringify(tags))
    const decision = db.prepare("INSERT INTO correction_decisions VALUES (?, 'p', 1, ?, ?, 'r', 'sparse', ?, 't')")
    decision.run(4, 'fixed', JSON.stringify(answers('V')), null)
    decision.run(7, 'fixed', JSON.stringify(answers('ADJ')), null)
    decision.run(9, 'fixed', JSON.stringify(answers('V')), 7)
    db.prepare("UPDATE correction_items SET state = 'fixed', decision = 9 WHERE position = 1").run()
    db.close()

    const { annotation } = open(path)
    expect(annotation.get('p')).toMatchObject({
      name: 'old',
      createdAt: '2026-01-01T00:00:00.000Z',
      sources: [{ ...source, sentences: 2 }],
      tasks: tasks.map((task) => ({ ...task, labels: task.labels.map(labelNamed) })),
      model,
      place,
      counts: { open: 1, accepted: 0, fixed: 1, skipped: 0 },
      versionCount: 3,
      undoable: 1,
      pending: 0,
    })
    expect(annotation.item('p', 0)).toMatchObject({
      words: ['Ähren', 'ran'],
      state: 'open',
      revision: null,
      suggestion: { from: 'run', run: 'r', method: 'sparse', uncertainty: 0.5, tags },
      answers: null,
    })
    expect(annotation.item('p', 1)).toMatchObject({
      text: 'Bob  ran',
      state: 'fixed',
      revision: 9,
      answers: answers('V'),
      annotator: '',
    })
    expect(annotation.sentence('p', 1)).toMatchObject({ start: { utf16: 2 }, source: null })
    const found = (text: string) =>
      annotation
        .queue('p', { order: 'uncertain', filter: 'all', text }, null, 0, 9)
        .rows.map(({ position }) => position)
    expect([found('ähren'), found('RAN'), found('bob  ran')]).toEqual([[0], [0, 1], [1]])
    expect(annotation.undo('p')).toMatchObject({ item: { position: 1, state: 'open' }, answers: answers('V') })
  })

  it('run when a store of an older version is opened, and keep its content', () => {
    const path = temporaryPath()
    const old = databaseOf(1, path)
    const { config, environment } = newRun()
    old.prepare("INSERT INTO environments VALUES ('e', ?)").run(JSON.stringify(environment))
    old
      .prepare(
        `INSERT INTO runs (id, name, status, config, config_hash, environment, created_at)
         VALUES ('20260101-0000', 'old', 'finished', ?, 'h', 'e', '2026-01-01T00:00:00Z')`,
      )
      .run(JSON.stringify(config))
    old.close()
    expect(() => openStore(path, { readonly: true })).toThrow(/older version; open it once for writing/)
    expect(open(path).getRun('old')).toMatchObject({ id: '20260101-0000', tags: [] })
    expect(open(path, { readonly: true }).listRuns()).toHaveLength(1)
  })

  it('6 adds results of probing backends', () => {
    const db = databaseOf(5)
    migrate(db, 6)
    expect(versionOf(db)).toBe(6)
    db.exec("INSERT INTO devices VALUES ('m', 'native', 's', '{}'); INSERT INTO preferred_backends VALUES ('m', 'cpu')")
    expect(() => db.exec("INSERT INTO devices VALUES ('m', 'native', 't', '{}')")).toThrow(/UNIQUE/)
  })

  it('7 adds predictions, which belong to a run', () => {
    const db = databaseOf(6)
    migrate(db, 7)
    expect(tables(db)).toContain('evaluated_splits')
    const insert = "INSERT INTO predictions VALUES ('nobody', 'dev', 'ner', 'sparse', 1, 0, x'')"
    expect(() => db.exec(insert)).toThrow(/FOREIGN KEY/)
  })

  it('9 adds notes and a baseline, and lets digests be written again', () => {
    const db = databaseOf(8)
    db.exec(`INSERT INTO environments VALUES ('e', '{}');
      INSERT INTO runs (id, name, status, config, config_hash, environment, created_at, digest)
        VALUES ('20260101-0000', 'old', 'finished', '{}', 'h', 'e', '2026-01-01T00:00:00Z', '{}')`)
    migrate(db, 9)
    expect(db.prepare('SELECT digest FROM runs').pluck().all()).toEqual([null])
    db.exec(`INSERT INTO run_notes VALUES ('20260101-0000', 'kept', 1);
      INSERT INTO pinned_baseline VALUES (1, '20260101-0000')`)
    expect(() => db.exec("INSERT INTO pinned_baseline VALUES (2, 'x')")).toThrow(/CHECK/)
    db.exec("DELETE FROM runs WHERE id = '20260101-0000'")
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect(['run_notes', 'pinned_baseline'].map(count)).toEqual([0, 0])
  })

  it('10 adds experiments', () => {
    const db = databaseOf(9)
    migrate(db, 10)
    db.exec("INSERT INTO experiments VALUES ('e', 'exp1', '2026-01-01T00:00:00Z', '{}', '[]')")
    expect(db.prepare('SELECT name FROM experiments').pluck().all()).toEqual(['exp1'])
  })

  it('keep the version before when they fail', () => {
    const db = databaseOf(1)
    db.exec('CREATE TABLE run_tags (x)')
    expect(() => migrate(db)).toThrow(/already exists/)
    expect(versionOf(db)).toBe(1)
  })
})

describe('openStore', () => {
  it('creates missing folders', () => {
    const path = join(dirname(temporaryPath()), 'a', 'b', 'runs.db')
    open(path)
    expect(existsSync(path)).toBe(true)
  })

  it('is safe against power failures, and readers do not block', () => {
    const path = temporaryPath()
    open(path)
    const db = databaseOf(0, path)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2)
  })

  it('refuses a newer database without changing it', () => {
    const path = temporaryPath()
    open(path)
    const db = databaseOf(VERSION, path)
    db.pragma(`user_version = ${VERSION + 1}`)
    for (const readonly of [false, true]) {
      expect(() => openStore(path, { readonly })).toThrow(
        expect.objectContaining({
          code: 'newer',
          message: expect.stringContaining(
            `has version ${VERSION + 1}, this program knows versions up to ${VERSION}`,
          ) as string,
        }),
      )
    }
    expect(versionOf(db)).toBe(VERSION + 1)
  })

  it('refuses files of other programs', () => {
    const path = temporaryPath()
    writeFileSync(path, 'not a database, but long enough to be taken for a header of one'.repeat(20))
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'foreign' }))
    const other = join(dirname(path), 'other.db')
    databaseOf(0, other).exec('CREATE TABLE t (x)')
    expect(() => openStore(other)).toThrow(
      expect.objectContaining({ code: 'foreign', message: expect.stringContaining('another program') as string }),
    )
  })

  it('opens read-only', () => {
    const path = temporaryPath()
    expect(() => openStore(path, { readonly: true })).toThrow(expect.objectContaining({ code: 'missing' }))
    expect(existsSync(path)).toBe(false)
    const { id } = open(path).createRun(newRun())
    const reader = open(path, { readonly: true })
    expect(reader.getRun('last').id).toBe(id)
    expect(() => reader.addTags(id, ['x'])).toThrow(
      expect.objectContaining({ code: 'readOnly', message: expect.stringContaining('cannot be written to') as string }),
    )
  })

  it('reports problems with the path', () => {
    const path = temporaryPath()
    mkdirSync(path)
    expect(() => openStore(path)).toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringContaining(path) as string }),
    )
    writeFileSync(join(path, 'file'), '')
    expect(() => openStore(join(path, 'file', 'runs.db'))).toThrow(
      expect.objectContaining({ code: 'io', message: expect.stringMatching(/folder .* cannot be created/) as string }),
    )
  })

  // Root can write anywhere.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'reports a folder that cannot be written to',
    () => {
      const path = temporaryPath()
      chmodSync(dirname(path), 0o500)
      onTestFinished(() => chmodSync(dirname(path), 0o700))
      expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'io' }))
    },
  )
})

it('changes() changes when another connection writes, and only then', () => {
  const path = temporaryPath()
  const [watching, writing] = [open(path), open(path)]
  const before = watching.changes()
  watching.createRun(newRun())
  expect(watching.changes()).toBe(before)
  writing.createRun(newRun())
  expect(watching.changes()).not.toBe(before)
})

describe('a full disk', () => {
  it('rolls a commit back with a reason, and the commit can be repeated when there is space', () => {
    const path = temporaryPath()
    const state = (step: number) => ({
      step,
      epoch: 0,
      scalars: {},
      state: { w: { shape: [100_000], data: new Float32Array(100_000).fill(step) } },
    })
    const small = openStore(path, { maxBytes: 1_900_000 })
    const { id: run } = small.createRun(newRun())
    small.commit(run, { id: round(0), start: { totalSteps: 9 }, steps: steps(0, 1), checkpoint: state(1) })
    const large = { w: { shape: [1e6], data: new Float32Array(1e6) } }
    const next = { id: round(0), steps: steps(1, 2), checkpoint: state(2), artifacts: { large } }
    expect(() => small.commit(run, next)).toThrow(
      expect.objectContaining({
        code: 'diskFull',
        message: expect.stringMatching(/no space left .* resume the run/) as string,
      }),
    )
    expect(small.loadCheckpoint(run, round(0))).toStrictEqual(state(1))
    expect(small.stepMetrics(run, round(0))).toEqual(steps(0, 1))
    small.close()
    const roomy = open(path)
    roomy.commit(run, next)
    expect(roomy.loadCheckpoint(run, round(0))).toStrictEqual(state(2))
    expect(roomy.stepMetrics(run, round(0))).toEqual(steps(0, 2))
  })
})
