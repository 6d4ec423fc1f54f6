/** Synthetic corpora that a tiny network can learn: the part of speech follows from the word, the span tag from the two words before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadExperimentData, type LoadedData } from '../../main/data/load.ts'
import { configSchema, type ExperimentConfig, type ExperimentConfigInput } from '../../shared/settings/config.ts'
import { Draw } from './arrays.ts'
import { afterFile } from './cleanup.ts'

const POS = ['DET', 'ADJ', 'NOUN', 'VERB', 'X']

/** CoNLL columns: word, part of speech, span (IOB2: a determiner opens a noun phrase, adjectives and nouns continue it). */
export function corpusText(seed: string, sentences: number, longest = 7): string {
  const draw = new Draw('corpus', seed)
  return Array.from({ length: sentences }, () => {
    let inside = false
    return Array.from({ length: 1 + draw.int(0, longest) }, () => {
      const kind = draw.int(0, POS.length)
      const word = `${'daoei'[kind]}${'bcfgk'[draw.int(0, 5)]}${'mn'[draw.int(0, 2)]}`
      const span = kind === 0 ? 'B-NP' : inside && kind < 3 ? 'I-NP' : 'O'
      inside = span !== 'O'
      // Some spellings differ from their word only in case.
      return `${draw.number() < 0.2 ? word.toUpperCase() : word} ${POS[kind]} ${span}\n`
    }).join('')
  }).join('\n')
}

/** A folder with these files, removed after the test file. */
export function folderOf(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'sparse-core-'))
  afterFile(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

/** Train, dev and test files of one made-up corpus. */
export function corpusFiles(sentences = 40, seed = 'a'): Record<string, string> {
  return {
    'train.txt': corpusText(`${seed}/train`, sentences),
    'dev.txt': corpusText(`${seed}/dev`, 15),
    'test.txt': corpusText(`${seed}/test`, 15),
  }
}

type Sections = { [K in 'model' | 'optimizer' | 'warmup' | 'imp' | 'joint']?: ExperimentConfigInput[K] }

/** Sizes that train in a second; everything else as in the paper, unless changed. */
export function tinyConfig(
  changes: Partial<Omit<ExperimentConfigInput, keyof Sections>> & Sections = {},
): ExperimentConfig {
  const { model, optimizer, warmup, imp, joint, ...rest } = changes
  return configSchema.parse({
    name: 'tiny',
    corpora: { made: { train: 'train.txt', dev: 'dev.txt', test: 'test.txt' } },
    tasks: { pos: { tags: 1 }, np: { tags: 2 } },
    model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8, charMinCount: 1, ...model },
    optimizer: { batchSize: 4, ...optimizer },
    warmup,
    imp: { epochs: 2, pruningRate: 0.4, maxRounds: 2, ...imp },
    joint: { epochs: 2, ...joint },
    ...rest,
  })
}

/** The data of a config over corpusFiles. */
export function loadTiny(config: ExperimentConfig, files = corpusFiles()): Promise<LoadedData> {
  return loadExperimentData(config, folderOf(files))
}
