/** Experiments are not deleted while there is work for them. */
import { expect, it } from 'vitest'
import { deleteExperiment, parseDefinition, planExperiment, remember } from '../../main/experiments/index.ts'
import { openStore } from '../../main/store/index.ts'
import { afterFile } from '../support/cleanup.ts'
import { corpusFiles, folderOf } from '../support/corpus.ts'

it('an experiment that is active before its first run exists cannot be deleted', () => {
  const store = openStore(':memory:')
  afterFile(() => store.close())
  const text = `
title: In miniature
about: One task.
seeds: [1]
files:
  made: { train: [train.txt] }
config: { methods: [single], tasks: { pos: { tags: 1 } } }
`
  const id = remember(
    store,
    planExperiment({
      definition: parseDefinition(text, 'mini.yaml'),
      data: folderOf(corpusFiles()),
      flags: [],
      shortcuts: [],
      problems: [],
      cwd: process.cwd(),
      seeds: null,
    }),
  )
  expect(() => deleteExperiment(store, id, true, () => true)).toThrow(/mini cannot be deleted.*Stop it first/)
  expect(store.getExperiment(id)).not.toBeNull()
  expect(deleteExperiment(store, id, true)).toEqual([])
  expect(store.getExperiment(id)).toBeNull()
})
