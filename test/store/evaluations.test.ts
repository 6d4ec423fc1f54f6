/** What a run predicted on dev and test is kept, deleted and archived with it. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { EvaluatedSplit, Prediction } from '../../shared/analysis/evaluated.ts'
import { migrate } from '../../main/store/migrations.ts'
import { newRun, open, temporaryPath } from './fixtures.ts'

const evaluated: EvaluatedSplit = {
  task: 'ner',
  split: 'test',
  kind: 'span',
  score: 'spanF1',
  scheme: 'IOB2',
  tagNames: ['O', 'B-PER', 'I-PER'],
  sentenceStart: Int32Array.of(0, 2, 2, 5),
  gold: Int32Array.of(0, 1, 1, 2, 0),
  traits: Uint8Array.of(0, 1, 9, 10, 4),
}
const prediction: Prediction = {
  tags: Int32Array.of(0, 1, 0, 1, 0),
  confidence: Uint8Array.of(255, 200, 100, 90, 250),
  calibrated: Uint8Array.of(250, 190, 95, 85, 240),
  temperature: 1.25,
}
const stored = { evaluated, predictions: [{ method: 'sparse' as const, ...prediction }] }

function runWith(store = open()) {
  const { id } = store.createRun(newRun())
  store.saveEvaluation(id, stored)
  return { store, id }
}

describe('predictions', () => {
  it('come back as they were saved', () => {
    const { store, id } = runWith()
    expect(store.listEvaluations(id)).toEqual([{ task: 'ner', split: 'test', methods: ['sparse'] }])
    const found = store.loadEvaluation(id, 'test', 'ner')!
    expect(found).toEqual(evaluated)
    expect(store.loadPrediction(id, found, 'sparse')).toEqual(prediction)
    expect(store.loadPrediction(id, found, 'hard')).toBeNull()
    expect(store.loadEvaluation(id, 'dev', 'ner')).toBeNull()
  })

  it('of more than 256 tags come back too', () => {
    const { store, id } = runWith()
    const tagNames = Array.from({ length: 700 }, (_, i) => `t${i}`)
    const many = {
      ...evaluated,
      kind: 'token' as const,
      scheme: null,
      tagNames,
      gold: Int32Array.of(0, 699, 300, 2, 0),
    }
    store.saveEvaluation(id, { evaluated: many, predictions: [] })
    expect(store.loadEvaluation(id, 'test', 'ner')).toEqual(many)
  })

  it('are deleted with their run', () => {
    const path = temporaryPath()
    const { store, id } = runWith(open(path))
    store.deleteRun(id)
    const db = new Database(path)
    expect(db.prepare('SELECT count(*) FROM evaluated_splits').pluck().get()).toBe(0)
    expect(db.prepare('SELECT count(*) FROM predictions').pluck().get()).toBe(0)
    db.close()
  })

  it('travel in the archive of their run', () => {
    const path = temporaryPath()
    const { store, id } = runWith(open(path))
    const archive = join(path, '..', 'run.sparserun')
    store.archiveRun(id, archive, '1.0.0')
    const other = open()
    other.unarchiveRun(archive)
    expect(other.loadPrediction(id, other.loadEvaluation(id, 'test', 'ner')!, 'sparse')).toEqual(prediction)
  })

  it('that are damaged are reported', () => {
    const path = temporaryPath()
    const { store, id } = runWith(open(path))
    const db = new Database(path)
    db.prepare('UPDATE predictions SET data = zeroblob(length(data))').run()
    db.prepare('UPDATE evaluated_splits SET description = ?').run(JSON.stringify({ ...evaluated, tagNames: ['O'] }))
    db.close()
    expect(() => store.loadEvaluation(id, 'test', 'ner')).toThrow(/found tag 1 of 1/)
    expect(() => store.loadPrediction(id, evaluated, 'sparse')).toThrow(/CRC-32 differs/)
  })
})

it('a database of the version before has runs without predictions', () => {
  const path = temporaryPath()
  const db = new Database(path)
  migrate(db, 6)
  db.close()
  const store = open(path)
  const { id } = store.createRun(newRun())
  expect(store.listEvaluations(id)).toEqual([])
})
