import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadExperimentData } from '../../main/data/load.ts'
import { writeGoodSentences } from '../../main/data/repair.ts'
import { dataStatistics } from '../../main/data/statistics.ts'
import { experiment, folder, readText } from './helpers.ts'

it('describes every task by split', async () => {
  const base = folder({ 'train.txt': 'a N B-A\nb N I-A\na V B-B\n\na V O\n', 'dev.txt': `a N B-A\nz X O\n\n${'a N O\n'.repeat(6)}` })
  const { data } = await loadExperimentData(experiment({ corpora: { c: { train: 'train.txt', dev: 'dev.txt' } }, tasks: { pos: { tags: 1 }, ner: { tags: 2 } } }), base)
  const [pos, ner] = dataStatistics(data)
  expect(pos).toEqual({
    task: 'pos', kind: 'token', fileScheme: null, unseenDevWords: 1 / 8, unseenDevTags: 1,
    train: { sentences: 2, tokens: 4, longest: 3, lengths: [2], labels: [{ tag: 'N', count: 2 }, { tag: 'V', count: 2 }], spans: null },
    dev: { sentences: 2, tokens: 8, longest: 6, lengths: [1, 1], labels: [{ tag: 'N', count: 7 }, { tag: 'X', count: 1 }], spans: null },
  })
  expect(ner.train.spans).toEqual([{ type: 'A', count: 1 }, { type: 'B', count: 1 }])
})

it('saves the good sentences of a faulty file as a file that has no fault', async () => {
  const faulty = '-DOCSTART- O\n\na X\nb\n\nc X\n\nd\n-DOCSTART- O\ne X\n\t\nf\n'
  const { read, sentences } = await readText(faulty, [1])
  const base = folder({ 'in.txt': faulty })
  expect(await writeGoodSentences(join(base, 'in.txt'), join(base, 'out.txt'), read!.faultLines)).toBe(read!.badSentences)
  const saved = readFileSync(join(base, 'out.txt'), 'utf8')
  const again = await readText(saved, [1])
  expect(again.faults).toEqual([])
  expect(again.sentences).toEqual(sentences)
  await expect(writeGoodSentences(join(base, 'in.txt'), join(base, 'out.txt'), read!.faultLines)).rejects.toThrow('EEXIST')
})
