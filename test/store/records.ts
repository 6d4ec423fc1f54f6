/** Minimal records. Without the test runner, because the programs in processes/ use them too. */
import { configSchema } from '../../shared/settings/config.ts'
import type { StepMetric, TrainingId, TrainingResult } from '../../shared/runs/training.ts'
import type { DatasetRecord, EnvironmentRecord, NewRun } from '../../main/store/types.ts'

export const environment: EnvironmentRecord = {
  product: '0.1.0',
  node: '24.0.0',
  platform: 'linux',
  cpu: 'some',
  backend: 'native',
  isa: 'avx2',
  threads: 2,
  packages: { '@tensorflow/tfjs-core': '4.22.0' },
}

export function dataset(split: DatasetRecord['split'], hash: string = split): DatasetRecord {
  return { hash, path: `data/${split}.txt`, bytes: 100, corpus: 'conll', split, sentences: 3, tokens: null }
}

export function newRun(name: string = 'first', more: Partial<NewRun> = {}): NewRun {
  const config = configSchema.parse({
    name,
    corpora: { conll: { train: 'train.txt' } },
    tasks: { ner: { tags: 3 }, pos: { tags: 1 } },
  })
  return { name, config, environment, datasets: [dataset('train'), dataset('dev')], ...more }
}

export const round = (n: number): TrainingId => ({ phase: 'imp', task: 'ner', round: n })
export const joint: TrainingId = { phase: 'sparse', task: null, round: null }

/** Steps first … end - 1. Losses are exact in single precision. */
export function steps(first: number, end: number, more: Partial<StepMetric> = {}): StepMetric[] {
  return Array.from({ length: end - first }, (_, i) => {
    const step = first + i
    return {
      step,
      epoch: Math.floor(step / 100),
      task: 'ner',
      loss: Math.fround(Math.abs(Math.sin(step))),
      tokens: 100 + (step % 70),
      ...more,
    }
  })
}

export const result: TrainingResult = {
  density: { ner: 0.5 },
  bestEpoch: 1,
  epochs: 2,
  dev: { ner: { name: 'spanF1', value: 80, precision: 79, recall: 81 } },
}
