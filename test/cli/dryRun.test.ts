/** `experiment NAME --dry-run`: the cells of work, and that nothing is trained or stored. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planExperiment, readDefinition, workPlan } from '../../main/experiments/index.ts'
import { corpusFiles, folderOf } from '../support/corpus.ts'
import { run } from './helpers.ts'

const DEFINITION = `
title: In miniature
about: Two tasks, two seeds.
seeds: [1, 2]
files:
  made: { train: [train.txt], dev: [dev.txt] }
config:
  methods: [single, hard, soft, sparse]
  tasks: { pos: { tags: 1 }, np: { tags: 2 } }
  model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8, charMinCount: 1 }
  warmup: { epochs: 1 }
  imp: { epochs: 2, pruningRate: 0.4, maxRounds: 3 }
  joint: { epochs: 5 }
`

test('each cell comes after those that it needs; sparse sharing needs the search of every task', () => {
  const folder = folderOf({ ...corpusFiles(), 'mini.yaml': DEFINITION })
  const definition = readDefinition(join(folder, 'mini.yaml'))
  const source = { definition, data: folder, flags: [], shortcuts: [], problems: [], cwd: folder, seeds: [1] }
  const cells = workPlan(planExperiment(source))
  expect(cells.map(({ name, trainings, epochs, needs }) => [name, trainings.length, epochs, needs])).toEqual([
    ['mini, seed 1: warmup', 1, 1, []],
    ['mini, seed 1: search, pos', 4, 8, ['mini, seed 1: warmup']],
    ['mini, seed 1: search, np', 4, 8, ['mini, seed 1: warmup']],
    ['mini, seed 1: hard', 1, 5, ['mini, seed 1: warmup']],
    ['mini, seed 1: soft', 1, 5, []],
    ['mini, seed 1: sparse', 1, 5, ['mini, seed 1: search, pos', 'mini, seed 1: search, np']],
    ['mini, seed 1: test', 0, 0, cells.slice(0, 6).map(({ name }) => name)],
    ['mini: report', 0, 0, ['mini, seed 1: test']],
  ])
})

test('--dry-run lists them with their time, and stores nothing', async () => {
  const cwd = folderOf({ ...corpusFiles(), 'mini.yaml': DEFINITION })
  const { out, err, code } = await run(['experiment', join(cwd, 'mini.yaml'), '--data', '.', '--dry-run'], { cwd })
  expect([code, err]).toEqual([0, ''])
  for (const seed of [1, 2])
    expect(out).toMatch(new RegExp(`mini, seed ${seed}: search, np +4 +8 +[\\d.]+ (s|min)\\b.* warmup`))
  expect(out).toMatch(/mini: report +– +– +– +every test/)
  expect(out).toMatch(/All runs one after the other on this machine: [\d.]+ (s|min)/)
  expect(existsSync(join(cwd, 'studio.db'))).toBe(false)
  expect(existsSync(join(cwd, 'mini'))).toBe(false)
})
