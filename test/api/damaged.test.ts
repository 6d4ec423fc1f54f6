/** Corpora, projects and experiments that are damaged: shown with the reason, deletable, and no list breaks. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { sweepSeries } from '../../main/api/annotate/seriesLeftovers.ts'
import { parseDefinition } from '../../main/experiments/index.ts'
import type { DamagedKind } from '../../shared/protocol/requests/damaged.ts'
import { imported } from '../support/annotating.ts'
import { tinyConfig } from '../support/corpus.ts'
import { openStudio, type Studio } from '../support/studio.ts'

const DEFINITION = `
title: In miniature
about: One seed.
seeds: [1]
files:
  made: { train: [train.txt] }
config: {}
paper: { scores: {} }
`
const LIST = { corpus: 'datasets.list', project: 'annotate.list', experiment: 'experiments.list' } as const

/** Two of each kind; `change` damages the second. */
async function withTwoOfEach() {
  const studio = openStudio()
  const id: Record<DamagedKind, { good: string; bad: string }> = {
    corpus: { good: (await imported(studio, 'good')).id, bad: (await imported(studio, 'bad')).id },
    project: { good: await project(studio, 'good'), bad: await project(studio, 'bad') },
    experiment: { good: '0'.repeat(16), bad: '1'.repeat(16) },
  }
  for (const name of ['good', 'bad'] as const) {
    const { name: _, ...definition } = parseDefinition(DEFINITION, 'mini.yaml')
    const plan = [{ seed: 1, variant: null, config: tinyConfig() }]
    studio.store.saveExperiment({
      ...{ id: id.experiment[name], name, createdAt: new Date().toISOString(), definition, plan },
    })
  }
  const change = (sql: string, bad: string) => {
    const db = new Database(join(studio.folder, 'runs.db'))
    db.pragma('foreign_keys = ON')
    expect(db.prepare(sql).run({ bad }).changes).toBeGreaterThan(0)
    db.close()
  }
  return { studio, id, change }
}

async function project(studio: Studio, name: string): Promise<string> {
  const { project: made } = await studio.ask('annotate.create', {
    name,
    sources: [{ kind: 'text', name: 'text', text: 'Anna saw Lyon .\nBen saw Rome .' }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER'] }],
  })
  return made
}

describe('what is damaged is listed with its reason and can be deleted', () => {
  it.each<[DamagedKind, string, string]>([
    ['corpus', 'a layout that is no JSON', `UPDATE corpora SET layout = '{' WHERE id = @bad`],
    ['corpus', 'a layout of other types', `UPDATE corpora SET layout = json_set(layout, '$.tasks', 3) WHERE id = @bad`],
    ['corpus', 'an origin that is no origin', `UPDATE corpora SET origin = '[1]' WHERE id = @bad`],
    ['corpus', 'statistics that are none', `UPDATE corpora SET figures = 'x' WHERE id = @bad`],
    ['corpus', 'no file', 'DELETE FROM corpus_files WHERE corpus = @bad'],
    ['corpus', 'an unknown split', `UPDATE corpus_files SET split = 'odd' WHERE corpus = @bad AND split = 'dev'`],
    ['project', 'tasks that are no JSON', `UPDATE annotation_projects SET tasks = '{' WHERE id = @bad`],
    ['project', 'sources of another type', `UPDATE annotation_projects SET sources = '{}' WHERE id = @bad`],
    ['project', 'a model that is none', `UPDATE annotation_projects SET model = '5' WHERE id = @bad`],
    ['project', 'a place that is none', `UPDATE annotation_projects SET place = '[]' WHERE id = @bad`],
    ['project', 'rules that are no list', `UPDATE annotation_projects SET rules = '5' WHERE id = @bad`],
    ['project', 'trainings that are none', `UPDATE annotation_projects SET curve = '{"folds":5}' WHERE id = @bad`],
    ['experiment', 'a definition that is no JSON', `UPDATE experiments SET definition = '{' WHERE id = @bad`],
    ['experiment', 'a definition of nothing', `UPDATE experiments SET definition = '{}' WHERE id = @bad`],
    ['experiment', 'a plan of other things', `UPDATE experiments SET plan = '[{"seed":1}]' WHERE id = @bad`],
    [
      'experiment',
      'a run with settings that are none',
      `UPDATE experiments SET plan = '[{"seed":1,"variant":null,"config":{"methods":7}}]' WHERE id = @bad`,
    ],
  ])('a %s with %s', async (kind, _what, sql) => {
    const { studio, id, change } = await withTwoOfEach()
    change(sql, id[kind].bad)
    expect((await studio.ask(LIST[kind], {})).map((one) => one.id)).toEqual([id[kind].good])
    const damaged = await studio.ask('damaged.list', { kind })
    expect(damaged).toMatchObject([{ id: id[kind].bad, name: 'bad', reason: expect.stringMatching(/damaged|cannot/) }])
    expect(damaged[0].reason).not.toMatch(/\[object/)
    // The others can be used.
    await studio.ask('annotate.get', { project: id.project.good })
    await studio.ask('datasets.get', { corpus: id.corpus.good })
    await sweepSeries(studio.store, 0)
    expect((await studio.refusal('damaged.delete', { kind, id: id[kind].good })).code).toBe('missing')
    await studio.ask('damaged.delete', { kind, id: id[kind].bad })
    expect(await studio.ask('damaged.list', { kind })).toEqual([])
    expect((await studio.ask(LIST[kind], {})).map((one) => one.id)).toEqual([id[kind].good])
  })

  it('a corpus whose file is missing', async () => {
    const { studio, id } = await withTwoOfEach()
    const lost = await imported(studio, 'lost', {}, ['test.txt', 'dev.txt', 'dev.txt'])
    const file = lost.files.find(({ split }) => split === 'train')!.path
    rmSync(file)
    const reasons = (await studio.ask('damaged.list', { kind: 'corpus' })).map(({ reason }) => reason)
    // The others hold the same text as their test file.
    expect(reasons).toContain(`The corpus lost is damaged: its file ${file} is missing.`)
    expect((await studio.ask('datasets.list', {})).map(({ name }) => name)).not.toContain('lost')
    await studio.ask('damaged.delete', { kind: 'corpus', id: lost.id })
    expect(studio.store.listCorpora().map((one) => one.id)).toEqual([id.corpus.bad, id.corpus.good])
  })

  it('a sentence: its project is open, and the queue shows the others', async () => {
    const { studio, id, change } = await withTwoOfEach()
    change(`UPDATE annotation_items SET sentence = '{' WHERE project = @bad AND position = 0`, id.project.bad)
    const place = { project: id.project.bad, order: 'file', filter: 'all' } as const
    const { rows } = await studio.ask('annotate.queue', { ...place, position: null, before: 0, count: 10 })
    expect(rows.map(({ text }) => text)).toEqual([expect.stringMatching(/damaged/), 'Ben saw Rome .'])
    expect(await studio.refusal('annotate.item', { ...place, position: 0 })).toMatchObject({ code: 'damaged' })
    await studio.ask('annotate.item', { ...place, position: 1 })
    await studio.ask('annotate.delete', { project: id.project.bad })
  })
})
