/** The real corpora, where they lie beside the checkout. */
import { describe, expect, it } from 'vitest'
import type { ExperimentConfigInput } from '../../shared/settings/config.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { loadTestSplits } from '../../main/data/testSplits.ts'
import { experiment, HAS_REAL_DATA, REAL_DATA } from './helpers.ts'

const sizes = async (input: ExperimentConfigInput) => {
  const loaded = await loadExperimentData(experiment(input), REAL_DATA)
  return { ...loaded, sizes: loaded.datasets.map(({ sentences, tokens }) => [sentences, tokens]) }
}

describe.skipIf(!HAS_REAL_DATA)(
  `real corpora${HAS_REAL_DATA ? '' : ' (skipped: no ../shared/data beside the checkout)'}`,
  () => {
    const conll2003: ExperimentConfigInput = {
      corpora: { conll: { train: 'conll2003/eng.train', dev: 'conll2003/eng.testa', test: 'conll2003/eng.testb' } },
      tasks: { pos: { tags: 1 }, chunk: { tags: 2, trainScheme: 'IOB2' }, ner: { tags: 3 } },
    }

    it('CoNLL-2003: the published sizes, IOB1', async () => {
      const { sizes: found, data, vocabulary, datasets } = await sizes(conll2003)
      expect(found).toEqual([
        [14_041, 203_621],
        [3_250, 51_362],
        [3_453, 46_435],
      ])
      expect(data.tasks.map(({ kind, fileScheme, scheme, tagCount }) => [kind, fileScheme, scheme, tagCount])).toEqual([
        ['token', null, null, 45],
        ['span', 'IOB1', 'IOB2', 20],
        ['span', 'IOB1', 'BIOES', 17],
      ])
      const { tasks } = await loadTestSplits(experiment(conll2003), REAL_DATA, vocabulary, data, datasets)
      expect(tasks.ner!.split.tags.length).toBe(46_435)
    })

    it('GloVe: the rows there are cover 74 % of CoNLL-2003', async () => {
      const { coverage, data } = await sizes({ ...conll2003, model: { vectors: 'glove/glove.100d.partial.txt' } })
      expect(coverage!.train!.tokensFound / coverage!.train!.tokens).toBeCloseTo(0.74, 2)
      expect(data.vectors!.length).toBe(data.wordCount * 100)
    })

    it('CoNLL-2000: IOB2, dev held out', async () => {
      const { sizes: found, data } = await sizes({
        corpora: { c: { train: 'conll2000/train.txt', test: 'conll2000/test.txt' } },
        tasks: { chunk: { tags: 2 } },
      })
      expect(found).toEqual([
        [8_936, 211_727],
        [2_012, 47_377],
      ])
      expect(data.tasks[0].fileScheme).toBe('IOB2')
      expect(data.tasks[0].dev.sentenceStart.length - 1).toBe(894)
    })

    it('UD English EWT: the published sizes', async () => {
      const { sizes: found, data } = await sizes({
        corpora: {
          ewt: {
            train: 'ud_ewt/en_ewt-ud-train.conllu',
            dev: 'ud_ewt/en_ewt-ud-dev.conllu',
            test: 'ud_ewt/en_ewt-ud-test.conllu',
          },
        },
        tasks: { upos: { tags: 'UPOS' }, xpos: { tags: 'XPOS' }, deprel: { tags: 'DEPREL' } },
      })
      expect(found).toEqual([
        [12_544, 204_577],
        [2_001, 25_147],
        [2_077, 25_094],
      ])
      expect(data.tasks.map((task) => task.tagCount)).toEqual([17, 49, 51])
    })

    it('WNUT 17: tabs and lines of one tab only', async () => {
      const { sizes: found, data } = await sizes({
        corpora: {
          wnut: {
            train: 'wnut17/wnut17train.conll',
            dev: 'wnut17/emerging.dev.conll',
            test: 'wnut17/emerging.test.annotated',
          },
        },
        tasks: { ner: { tags: 1 } },
      })
      expect(found.map(([sentences]) => sentences)).toEqual([3_394, 1_009, 1_287])
      expect(data.tasks[0]).toMatchObject({ kind: 'span', fileScheme: 'IOB2' })
      expect(data.tasks[0].tagNames).toContain('B-creative-work')
    })
  },
)
