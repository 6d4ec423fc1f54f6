/**
 * The tagger on a real run: it gives the tags that were scored, without the data of the run, however the sentences are
 * split.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { availability } from '../../main/backend/availability.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { crfConfidence, softmaxConfidence } from '../../main/nn/confidence.ts'
import { viterbi } from '../../main/nn/decode.ts'
import { TaggingEngine } from '../../main/tagger/engine.ts'
import { loadModel, methodsOf } from '../../main/tagger/model.ts'
import { Tagger } from '../../main/tagger/tagger.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { scoreTags } from '../../shared/tags/scoring.ts'
import { Draw, sameBits } from '../support/arrays.ts'
import { FASTEST } from '../support/backends.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, finished, type Experiment } from '../support/experiments.ts'

type Loaded = Awaited<ReturnType<typeof loadExperimentData>>

/** A finished run whose corpora were deleted, and what was read from them before. */
async function trained(
  model: Parameters<typeof tinyConfig>[0],
): Promise<{ experiment: Experiment; loaded: Loaded; words: string[][] }> {
  const experiment = await finished(tinyConfig({ methods: [...METHODS], ...model }))
  const { store, runId, folder } = experiment
  const loaded = await loadExperimentData(store.getRun(runId).config, '')
  const words = readFileSync(join(folder, 'dev.txt'), 'utf8')
    .trim()
    .split('\n\n')
    .map((sentence) => sentence.split('\n').map((line) => line.split(' ')[0]))
  for (const name of ['train.txt', 'dev.txt', 'test.txt']) rmSync(join(folder, name))
  return { experiment, loaded, words }
}

describe.each([
  ['softmax', {}],
  ['CRF, two layers', { model: { crf: true, layers: 2 } }],
])('a run with %s', (_, changes) => {
  let run: Awaited<ReturnType<typeof trained>>
  beforeAll(async () => {
    run = await trained(changes)
  })

  test.each(METHODS)('%s: the tags of dev are those that were scored', async (method) => {
    await FASTEST.use()
    const {
      experiment: { store, runId },
      loaded,
      words,
    } = run
    const model = loadModel(store, runId, { method })
    const engine = new TaggingEngine(model)
    const found = await engine.tag(words, false)
    engine.dispose()
    const report = store.getRun(runId).report!
    for (const { task, ids } of found) {
      const { score, scheme, tagNames, dev } = loaded.data.tasks.find(({ name }) => name === task)!
      expect(ids.length).toBe(dev.tags.length)
      const value = scoreTags({
        score,
        scheme,
        tagNames,
        sentenceStart: dev.sentenceStart,
        gold: dev.tags,
        predicted: ids,
      })
      expect(value, task).toEqual(report.methods.find((result) => result.method === method)!.scores[task].dev)
    }
    expect(found.map(({ task }) => task)).toEqual(['pos', 'np'])
  })

  test('a backend that this machine lacks is replaced, with a warning', async () => {
    const {
      experiment: { store, runId },
      words,
    } = run
    const warnings: string[] = []
    const tag = async (backend: 'auto' | 'tensorflow') => {
      const tagger = new Tagger(
        { ...loadModel(store, runId), backend },
        { threads: 1, warn: (message) => void warnings.push(message) },
      )
      onTestFinished(() => tagger.close())
      return (
        await tagger.tag(
          words.slice(0, 3).map((own) => ({ words: own })),
          false,
        )
      ).map(({ ids }) => ids)
    }
    expect(await tag('tensorflow')).toEqual(await tag('auto'))
    if (!(await availability('tensorflow')).usable)
      expect(warnings).toContainEqual(
        expect.stringMatching(/tagged on .*: tensorflow, which the run was trained on, cannot compute here/),
      )
  })

  test('any division into calls, threads or batches gives the same tags and the same bits of confidence', async () => {
    const {
      experiment: { store, runId },
      words,
    } = run
    const tagger = new Tagger(loadModel(store, runId), { threads: 2 })
    onTestFinished(() => tagger.close())
    const sentences = words.map((own) => ({ words: own }))
    const whole = await tagger.tag(sentences, true)
    const single = await Promise.all(sentences.map((sentence) => tagger.tag([sentence], true)))
    whole.forEach(({ ids, confidence }, i) => {
      expect(single.flatMap((tags) => [...tags[i].ids])).toEqual([...ids])
      expect(sameBits(Float32Array.from(single.flatMap((tags) => [...tags[i].confidence!])), confidence!)).toBe(true)
      expect(confidence!.every((value) => value > 0 && value <= 1 + 1e-6)).toBe(true)
    })
    const backwards = await tagger.tag(sentences.toReversed(), false)
    expect([...backwards[0].ids.subarray(0, words.at(-1)!.length)]).toEqual([
      ...whole[0].ids.subarray(-words.at(-1)!.length),
    ])
  })

  test('unknown words and characters are tagged too', async () => {
    const {
      experiment: { store, runId },
    } = run
    const tagger = new Tagger(loadModel(store, runId, { tasks: ['np'] }), { threads: 1 })
    onTestFinished(() => tagger.close())
    const [tags, ...others] = await tagger.tag([{ words: ['👍🏽', 'Ω', 'x'.repeat(500)] }])
    expect([tags.task, tags.ids.length, others]).toEqual(['np', 3, []])
    expect((await tagger.tag([]))[0].ids.length).toBe(0)
  })
})

describe('what a run lacks is reported', () => {
  test('no networks yet, no such task, no such method', async () => {
    const { store, runId } = await created(tinyConfig({ methods: ['sparse'] }))
    expect(() => loadModel(store, runId)).toThrow(/no trained network yet; .* sparse-sharing resume/)
    expect(() => loadModel(store, runId, { tasks: ['ner'] })).toThrow(/has no task ner; it has pos, np/)
    expect(() => loadModel(store, runId, { method: 'sparse' })).toThrow(
      /not chosen its subnets yet, which sparse sharing needs/,
    )
    expect(() => loadModel(store, runId, { method: 'hard' })).toThrow(
      /no weights of hard sharing \(hard\); it has none at all/,
    )
    expect(methodsOf(store, store.getRun(runId))).toEqual([] satisfies Method[])
  })

  test('a tagger that is closed, or cannot load, rejects', async () => {
    const { store, runId } = await finished(tinyConfig({ methods: ['hard'] }))
    const model = loadModel(store, runId)
    expect(model.info.method).toBe('hard')
    const tagger = new Tagger(model, { threads: 1 })
    await tagger.close()
    await expect(tagger.tag([{ words: ['a'] }])).rejects.toThrow('closed')
    const broken = new Tagger({ ...model, networks: [{ ...model.networks[0], weights: {} }] }, { threads: 1 })
    onTestFinished(() => broken.close())
    await expect(broken.tag([{ words: ['a'] }])).rejects.toThrow(/weights lack/)
  })
})

test('confidence is the probability: of the tag by itself, or of all paths through it', () => {
  const draw = new Draw('confidence')
  const [C, T] = [3, 4]
  const batchSizes = new Int32Array(T).fill(1)
  const emissions = draw.floats(T * C, 2)
  const crf = { transitions: draw.floats(C * C, 2), start: draw.floats(C, 2), end: draw.floats(C, 2) }
  const ids = viterbi(emissions, batchSizes, crf, C)
  const through = new Float64Array(T)
  let all = 0
  for (let path = 0; path < C ** T; path++) {
    const tags = Array.from({ length: T }, (_, t) => Math.floor(path / C ** t) % C)
    const score = Math.exp(
      tags.reduce(
        (sum, tag, t) =>
          sum + emissions[t * C + tag] + (t === 0 ? crf.start[tag] : crf.transitions[tags[t - 1] * C + tag]),
        crf.end[tags[T - 1]],
      ),
    )
    all += score
    tags.forEach((tag, t) => (through[t] += tag === ids[t] ? score : 0))
  }
  crfConfidence(emissions, ids, batchSizes, crf, C).forEach((value, t) =>
    expect(value).toBeCloseTo(through[t] / all, 5),
  )
  const row = emissions.subarray(0, C)
  const sum = row.reduce((total, value) => total + Math.exp(value), 0)
  expect(softmaxConfidence(row, Int32Array.of(1), C)[0]).toBeCloseTo(Math.exp(row[1]) / sum, 5)
})
