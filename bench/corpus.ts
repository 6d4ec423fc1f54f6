/** The corpus of the benchmarks: CoNLL-2003 if it is on this machine, else the sample. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { configSchema, type ExperimentConfig, type ExperimentConfigInput } from '../shared/settings/config.ts'

const ROOT = resolve(import.meta.dirname, '..')
const CONLL = process.env.SPARSE_SHARING_CONLL2003 ?? resolve(ROOT, '../shared/data/conll2003')

export interface BenchCorpus {
  name: string
  baseDir: string
  /** The corpus and tasks for a config. */
  config: Pick<ExperimentConfigInput, 'corpora' | 'tasks'>
  /** The file that the peer reads; null if it cannot read the corpus. */
  peerFile: string | null
}

/** CoNLL-2003 from SPARSE_SHARING_CONLL2003 or ../shared/data, else the sample. Report its name with every number. */
export function benchCorpus(): BenchCorpus {
  if (existsSync(resolve(CONLL, 'eng.train'))) {
    return {
      name: 'CoNLL-2003',
      baseDir: CONLL,
      config: {
        corpora: { conll: { train: 'eng.train', dev: 'eng.testa', test: 'eng.testb' } },
        tasks: { ner: { tags: 3 }, pos: { tags: 1 } },
      },
      peerFile: resolve(CONLL, 'eng.train'),
    }
  }
  return {
    name: 'sample (CoNLL-2003 not found: set SPARSE_SHARING_CONLL2003)',
    baseDir: resolve(ROOT, 'resources/sample'),
    config: {
      corpora: { ewt: { train: 'ewt-train.conllu', dev: 'ewt-dev.conllu', test: 'ewt-test.conllu' } },
      tasks: { ner: { tags: 'MISC:NP' }, pos: { tags: 'UPOS' } },
    },
    peerFile: null,
  }
}

export function benchConfig(corpus: BenchCorpus, settings: Partial<ExperimentConfigInput> = {}): ExperimentConfig {
  return configSchema.parse({ ...corpus.config, ...settings })
}
