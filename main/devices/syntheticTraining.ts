/** Synthetic data and a training on it, for checks and benchmarks that need no corpus. */
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import type { Mask } from '../../shared/network/mask.ts'
import type { EncodedData, EncodedSplit } from '../data/types.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { networkShape } from '../nn/initialWeights.ts'
import type { TrainingSpec } from '../training/spec.ts'

const TASK = 'synthetic'

export interface SyntheticSize {
  words: number
  spellings: number
  sentences: number
  tags: number
}

/** A pseudo-random number below n, the same on every machine (multiplicative hashing). */
const drawn = (i: number, n: number) => (Math.imul(i + 1, 2654435761) >>> 8) % n

/** Sentences of 1 to 27 tokens, words of 1 to 11 characters: about the lengths of newspaper text. */
export function syntheticData({ words, spellings, sentences, tags }: SyntheticSize): EncodedData {
  const split = (count: number): EncodedSplit => {
    const sentenceStart = startsOf(count, (s) => 1 + drawn(s, 27))
    const N = sentenceStart[count]
    const of = (n: number, salt: number) => Int32Array.from({ length: N }, (_, i) => drawn(i * 7 + salt, n))
    return { sentenceStart, words: of(words, 1), spellings: of(spellings, 2), tags: of(tags, 3) }
  }
  const charStart = startsOf(spellings, (s) => 1 + drawn(s, 11))
  const chars = Int32Array.from({ length: charStart[spellings] }, (_, i) => drawn(i, 80))
  const task = {
    name: TASK,
    kind: 'token',
    score: 'accuracy',
    scheme: null,
    fileScheme: null,
    tagNames: Array.from({ length: tags }, (_, t) => `t${t}`),
    tagCount: tags,
  } as const
  return {
    wordCount: words,
    charCount: 80,
    vectors: null,
    spellings: { charStart, chars },
    tasks: [{ ...task, tagNames: [...task.tagNames], train: split(sentences), dev: split(4) }],
  }
}

function startsOf(count: number, length: (i: number) => number): Int32Array {
  const starts = new Int32Array(count + 1)
  for (let i = 0; i < count; i++) starts[i + 1] = starts[i] + length(i)
  return starts
}

/** A joint training of the synthetic task with the paper's settings except `changes`. It never ends by itself. */
export function syntheticSpec(
  data: EncodedData,
  changes: { model?: Partial<ExperimentConfig['model']>; batchSize: number; mask: boolean },
): TrainingSpec {
  const config = configSchema.parse({
    corpora: { synthetic: { train: '-' } },
    tasks: { [TASK]: { tags: 1 } },
    model: changes.model ?? {},
    optimizer: { batchSize: changes.batchSize },
  })
  const shape = networkShape(config.model, data)
  return {
    id: { phase: 'sparse', task: null, round: null },
    seed: 1,
    stream: 'synthetic',
    shape,
    tasks: [{ name: TASK, mask: changes.mask ? halfMask(prunableLayers(shape)) : null }],
    settings: {
      ...config.joint,
      epochs: Infinity,
      maxSteps: null,
      patience: null,
      settle: null,
      optimizer: config.optimizer,
      clipNorm: null,
      keep: 'last',
    },
  }
}

/** Keeps about half of the weights. */
function halfMask(layers: { name: string; shape: number[] }[]): Mask {
  return {
    layers: layers.map(({ name, shape }) => ({
      name,
      shape,
      kept: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => drawn(i, 2)),
    })),
  }
}
