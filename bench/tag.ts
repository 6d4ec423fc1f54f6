/** Tagging as the command and the studio do it: from the bytes of a file to lines of columns, and one sentence while a person waits. */
import { resolve } from 'node:path'
import { configSchema } from '../shared/settings/config.ts'
import { conllSentence } from '../shared/tags/taggedText.ts'
import { loadExperimentData } from '../main/data/load.ts'
import { shareBundle } from '../main/data/sharedArrays.ts'
import { prunableLayers } from '../main/nn/parameters.ts'
import { initialWeights, networkShape } from '../main/nn/initialWeights.ts'
import type { TaggerModel } from '../main/tagger/model.ts'
import { fileBytes } from '../main/tagger/source.ts'
import { tagStream, type StreamOptions } from '../main/tagger/stream.ts'
import { Tagger } from '../main/tagger/tagger.ts'
import type { BenchCorpus } from './corpus.ts'
import { randomMask } from './trainingStep.ts'

/** The paper's for CoNLL-2003: 0.1^(k/20). */
const PAPER: Record<string, number> = { pos: 0.1 ** (6 / 20), chunk: 0.1 ** (7 / 20), ner: 0.1 ** (5 / 20) }

/** The test file so many times in one stream, for the threads to be busy to the end. */
const ROUNDS = 6

export interface TagBench {
  tasks: string[]
  /** The file that is tagged. */
  file: string
  /** Tokens a second, each with all tasks. `density` null = the paper's, a task its own; hard = one pass for all. */
  rate(threads: number, density: number | null | 'hard'): Promise<number>
  /** Milliseconds from a sentence to its tags: of a tagger that was just made, then of one that is loaded, by median and worst of 200. */
  latency(): Promise<{ fromNothing: number; median: number; worst: number }>
}

/** Networks of random weights under random masks: what is timed does not depend on their values. */
export async function tagBench({ baseDir, config: { corpora, tasks: given } }: BenchCorpus): Promise<TagBench> {
  const [[name, { test }]] = Object.entries(corpora as Record<string, { test: string }>)
  const tasks = name === 'conll' ? { pos: { tags: 1 }, chunk: { tags: 2 }, ner: { tags: 3 } } : given
  const config = configSchema.parse({ corpora, tasks })
  const { data, vocabulary } = await loadExperimentData(config, baseDir)
  const shape = networkShape(config.model, data)
  const weights = shareBundle(initialWeights(shape, config.seed, null))
  const names = data.tasks.map((task) => task.name)
  const file = resolve(baseDir, test)

  const modelAt = (density: number | null | 'hard'): TaggerModel => {
    const json = vocabulary.toJSON()
    const info = {
      run: 'bench',
      name: 'bench',
      method: density === 'hard' ? ('hard' as const) : ('sparse' as const),
      tasks: names.map((task) => ({ name: task, ...json.tasks[task] })),
    }
    const masked = names.map((task) => ({
      name: task,
      mask: density === 'hard' ? null : randomMask(prunableLayers(shape), density ?? PAPER[task] ?? 0.5),
    }))
    return { info, vocabulary: json, tokens: null, backend: 'native', networks: [{ shape, weights, tasks: masked }] }
  }

  return {
    tasks: names,
    file,
    async rate(threads, density) {
      const tagger = new Tagger(modelAt(density), { threads })
      await Promise.all(Array.from({ length: threads }, () => tagger.tag([{ words: ['Warm', 'up', '.'] }])))
      const options = {
        input: { format: 'conll', words: 0, name: file },
        withConfidence: false,
        scheme: 'asTrained',
        writer: conllSentence,
      } satisfies StreamOptions
      const { tokens, seconds } = await tagStream(tagger, again(file), options, async () => {})
      await tagger.close()
      return tokens / seconds
    },
    async latency() {
      const sentence = [
        { words: 'EU rejects German call to boycott British lamb in the House of Commons on Thursday .'.split(' ') },
      ]
      const timed = async (tagger: Tagger) => {
        const began = performance.now()
        await tagger.tag(sentence, true)
        return performance.now() - began
      }
      const model = modelAt(null)
      const tagger = new Tagger(model, { threads: 1 })
      const fromNothing = await timed(tagger)
      const times: number[] = []
      for (let i = 0; i < 200; i++) times.push(await timed(tagger))
      await tagger.close()
      times.sort((a, b) => a - b)
      return { fromNothing, median: times[100], worst: times[199] }
    },
  }
}

async function* again(file: string): AsyncGenerator<Uint8Array> {
  for (let round = 0; round < ROUNDS; round++) yield* fileBytes(file)
}
