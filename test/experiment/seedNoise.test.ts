/** Another backend gives the same dev scores up to the noise of seeds: real sentences, three seeds, a small network. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { EncodedData } from '../../main/data/types.ts'
import { ALL_PRESENT, COMPOSED, type TestBackend } from '../support/backends.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { record, specOf } from '../support/training.ts'

const SEEDS = [1, 2, 3]

/** The first sentences of a split of the sample. */
function excerpt(split: string, sentences: number): string {
  const text = readFileSync(new URL(`../../resources/sample/ewt-${split}.conllu`, import.meta.url), 'utf8')
  return `${text.split('\n\n').slice(0, sentences).join('\n\n')}\n\n`
}

const base = (seed: number): ExperimentConfig =>
  tinyConfig({
    seed,
    corpora: { ewt: { train: 'train.conllu', dev: 'dev.conllu' } },
    tasks: { upos: { tags: 'UPOS' } },
    model: { wordDim: 12, charDim: 8, charFilters: 12, charOut: 8, hidden: 12 },
    optimizer: { batchSize: 4, learningRate: 1 },
    joint: { epochs: 4 },
  })

async function devScores(backend: TestBackend, data: EncodedData): Promise<number[]> {
  const scores: number[] = []
  for (const seed of SEEDS) {
    await backend.use()
    const { result } = await record(specOf(base(seed), data, { upos: null }), data)
    scores.push(result.dev.upos.value)
  }
  return scores
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('dev scores on the sample, over three seeds', () => {
  let data: EncodedData
  let expected: number[]
  beforeAll(async () => {
    ;({ data } = await loadTiny(base(1), { 'train.conllu': excerpt('train', 16), 'dev.conllu': excerpt('dev', 12) }))
    expected = await devScores(COMPOSED, data)
  })

  it('differ between seeds, and something was learned', () => {
    expect(new Set(expected).size).toBe(SEEDS.length)
    expect(mean(expected)).toBeGreaterThan(15)
  })

  it.each(ALL_PRESENT.filter((backend) => backend !== COMPOSED))(
    'on $name are those of plain TensorFlow.js, within the spread of the seeds',
    async (backend) => {
      const scores = await devScores(backend, data)
      const spread = Math.max(...expected) - Math.min(...expected)
      console.log(
        `${backend.name}: ${scores.map((score) => score.toFixed(2)).join(' ')}; plain: ` +
          `${expected.map((score) => score.toFixed(2)).join(' ')}`,
      )
      expect(Math.abs(mean(scores) - mean(expected))).toBeLessThanOrEqual(spread)
    },
  )
})
