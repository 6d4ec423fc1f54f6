/** Reads every exported format with other programs: same scores and tags as the run itself on a thousand sentences. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeSentences } from '../../main/data/encode.ts'
import { Vocabulary } from '../../main/data/vocabulary.ts'
import { exportRun } from '../../main/export/index.ts'
import { inferenceBatches } from '../../main/nn/inferenceBatch.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../../main/nn/network.ts'
import { TaggingEngine } from '../../main/tagger/engine.ts'
import { loadModel, type TaggerModel } from '../../main/tagger/model.ts'
import { configSchema } from '../../shared/settings/config.ts'
import type { ExportFormat } from '../../shared/runs/exporting.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { FASTEST } from '../support/backends.ts'
import { finished, type Experiment } from '../support/experiments.ts'
import { idsOf, type ExportedVocabulary, type Ids } from './foreign/ids.ts'
import { scoresOf, type PlainArrays } from './foreign/network.ts'
import { byHuggingFaceHub, byNpyjs, byOnnxRuntime, byTensorFlowJs, type Scores } from './foreign/readers.ts'

const SAMPLE = resolve(import.meta.dirname, '../../resources/sample')
const blocks = (name: string) => readFileSync(join(SAMPLE, name), 'utf8').trim().split('\n\n')
const wordsOf = (block: string) =>
  block
    .split('\n')
    .filter((line) => /^\d+\t/.test(line))
    .map((line) => line.split('\t')[1])

/** Sentences that are rare in corpora. */
const STRANGE = [
  ['.'],
  ['👩‍👩‍👧', 'ÅÅÅ', '漢字'],
  ['x'.repeat(70), 'a'],
  Array.from({ length: 90 }, (_, i) => `w${i}`),
  ['The', 'THE', 'the'],
]
/** Sorted by length, to keep the padding small. */
const SENTENCES = [
  ...STRANGE,
  ...[...blocks('ewt-test.conllu'), ...blocks('ewt-dev.conllu'), ...blocks('ewt-train.conllu').slice(1000, 1500)].map(
    wordsOf,
  ),
]
  .slice(0, 1000)
  .toSorted((a, b) => a.length - b.length)
const LOGITS = 1e-4

let experiment: Experiment
beforeAll(async () => {
  const files = {
    'train.conllu': `${blocks('ewt-train.conllu').slice(0, 150).join('\n\n')}\n\n`,
    'dev.conllu': `${blocks('ewt-dev.conllu').slice(0, 30).join('\n\n')}\n\n`,
  }
  experiment = await finished(
    configSchema.parse({
      name: 'foreign',
      methods: [...METHODS],
      corpora: { ewt: { train: 'train.conllu', dev: 'dev.conllu' } },
      tasks: { upos: { tags: 'UPOS', layer: 1 }, np: { tags: 'MISC:NP' } },
      model: { wordDim: 8, charDim: 4, charFilters: 5, charOut: 4, hidden: 6, layers: 2, crf: true },
      imp: { epochs: 2, pruningRate: 0.4, maxRounds: 1 },
      joint: { epochs: 2 },
    }),
    files,
  )
})

let count = 0
async function exported(method: Method, formats: ExportFormat[]) {
  const folder = join(experiment.folder, `export-${count++}`)
  await exportRun(experiment.store, { run: experiment.runId, formats, method, folder, replace: false, version: '0' })
  const vocabulary: ExportedVocabulary = JSON.parse(readFileSync(join(folder, 'vocabulary.json'), 'utf8'))
  return { folder, path: (name: string) => join(folder, name), ids: idsOf(SENTENCES, vocabulary) }
}

interface Expected {
  model: TaggerModel
  /** By task, sentence and token: scores, and tags by number. */
  scores: Record<string, number[][][]>
  tags: Record<string, number[][]>
}

const expectations = new Map<Method, Promise<Expected>>()

/** Scores and tags of the run itself. */
function expectedOf(method: Method): Promise<Expected> {
  const known = expectations.get(method) ?? askRun(method)
  expectations.set(method, known)
  return known
}

async function askRun(method: Method): Promise<Expected> {
  await FASTEST.use()
  const model = loadModel(experiment.store, experiment.runId, { method })
  const { words, spellings } = encodeSentences(SENTENCES, Vocabulary.fromJSON(model.vocabulary))
  const split = { ...words, tags: new Int32Array(words.words.length) }
  const bySentence = <T>(tokens: T[]) =>
    SENTENCES.map((_, s) => tokens.slice(split.sentenceStart[s], split.sentenceStart[s + 1]))
  const scores: Expected['scores'] = {}
  for (const { shape, weights, tasks } of model.networks) {
    const network = new Network(shape, weights)
    for (const { name, mask } of tasks) {
      const device = mask && makeDeviceMask(mask)
      const rows: number[][] = []
      for (const batch of inferenceBatches(split, spellings)) {
        const [[, values]] = await network.scoreTasks(batch, [{ mask: device, tasks: [name] }])
        const C = values.length / batch.tokens.length
        batch.tokens.forEach((token, row) => (rows[token] = [...values.subarray(row * C, (row + 1) * C)]))
      }
      scores[name] = bySentence(rows)
      disposeDeviceMask(device)
    }
    network.dispose()
  }
  const engine = new TaggingEngine(model)
  const tags = Object.fromEntries(
    (await engine.tag(SENTENCES, false)).map(({ task, ids }) => [task, bySentence([...ids])]),
  )
  engine.dispose()
  return { model, scores, tags }
}

interface Crf {
  transitions: number[]
  start: number[]
  end: number[]
}

/** The best path, computed as the model card says. */
function viterbi(scores: number[][], { transitions, start, end }: Crf): number[] {
  const C = start.length
  let best = scores[0].map((score, c) => ({ score: start[c] + score, path: [c] }))
  for (const row of scores.slice(1)) {
    best = row.map((score, c) => {
      const from = best.map((one, p) => one.score + transitions[p * C + c])
      const p = from.indexOf(Math.max(...from))
      return { score: from[p] + score, path: [...best[p].path, c] }
    })
  }
  const whole = best.map(({ score }, c) => score + end[c])
  return best[whole.indexOf(Math.max(...whole))].path
}

/** Compares all sentences, or every n-th. */
function expectSame(found: number[][][], crf: Crf, expected: Expected, task: string, every = 1): void {
  const some = <T>(sentences: T[]) => sentences.filter((_, s) => s % every === 0)
  expect(found.length).toBe(some(SENTENCES).length)
  let worst = 0
  some(expected.scores[task]).forEach((sentence, s) =>
    sentence.forEach((row, t) =>
      row.forEach((score, c) => (worst = Math.max(worst, Math.abs(score - found[s][t][c])))),
    ),
  )
  expect(worst, `largest difference of a score of ${task}`).toBeLessThan(LOGITS)
  expect(
    found.map((sentence) => viterbi(sentence, crf)),
    `tags of ${task}`,
  ).toEqual(some(expected.tags[task]))
}

const TASKS = ['upos', 'np']

describe.each(METHODS)('%s', (method) => {
  test('onnx by ONNX Runtime: one task, and all heads', async () => {
    const expected = await expectedOf(method)
    const { path, ids } = await exported(method, ['onnx'])
    const all = await byOnnxRuntime(path('model.onnx'), ids)
    const crfIn = (constants: Record<string, number[]>, task: string) => ({
      transitions: constants[`${task}.transitions`],
      start: constants[`${task}.start`],
      end: constants[`${task}.end`],
    })
    for (const task of TASKS) {
      expectSame(all.scores[`${task}.scores`], crfIn(all.constants, task), expected, task)
      const one = await byOnnxRuntime(path(`${task}.onnx`), ids)
      expect(Object.keys(one.scores)).toEqual([`${task}.scores`])
      expectSame(one.scores[`${task}.scores`], crfIn(one.constants, task), expected, task)
    }
  })

  // TensorFlow.js is slow in plain JavaScript: all thousand sentences for the paper's method, a few for the others.
  test.skipIf(method === 'subnet' || method === 'hard')('tfjs by TensorFlow.js: all heads, and one task', async () => {
    const expected = await expectedOf(method)
    const {
      folder,
      ids: { words, chars },
    } = await exported(method, ['tfjs'])
    const every = method === 'sparse' ? 1 : 25
    const ids = { words: words.filter((_, s) => s % every === 0), chars: chars.filter((_, s) => s % every === 0) }
    for (const [file, tasks] of [
      ['model', TASKS],
      ...(method === 'sparse' ? [] : [['np', ['np']] as const]),
    ] as const) {
      const { scores, model } = await byTensorFlowJs(folder, `${file}.tfjs.json`, ids)
      const { crf } = model.getUserDefinedMetadata() as {
        crf: Record<string, { transitions: number[][]; start: number[]; end: number[] }>
      }
      for (const task of tasks)
        expectSame(
          scores[`${task}.scores`],
          { ...crf[task], transitions: crf[task].transitions.flat() },
          expected,
          task,
          every,
        )
      model.dispose()
    }
  })

  test('safetensors and npz: the arithmetic of the model card on arrays from other readers', async () => {
    const expected = await expectedOf(method)
    const { path, ids } = await exported(method, ['safetensors', 'npz'])
    for (const task of TASKS) {
      const { arrays, metadata } = await byHuggingFaceHub(path(`${task}.safetensors`))
      const model = JSON.parse(metadata.model)
      expect(JSON.parse(metadata.tags)).toEqual(expected.model.vocabulary.tasks[task].tagNames)
      expectSame(plain(arrays, model, task, ids), crfOf(arrays, task), expected, task)
      // The other reader gets the same arrays from the other file, to the bit.
      const npz = byNpyjs(path(`${task}.npz`))
      expect([...npz.keys()].toSorted()).toEqual([...arrays.keys()].toSorted())
      for (const [name, { shape, data }] of arrays) {
        expect(npz.get(name)!.shape).toEqual(shape)
        expect(
          Buffer.from(Float32Array.from(npz.get(name)!.data).buffer).equals(
            Buffer.from(Float32Array.from(data).buffer),
          ),
          name,
        ).toBe(true)
      }
    }
  })
})

function plain(
  arrays: PlainArrays,
  model: Parameters<typeof scoresOf>[1],
  task: string,
  { words, chars }: Ids,
): Scores[string] {
  return words.map((sentence, s) => scoresOf(arrays, model, task, sentence, chars[s]))
}

function crfOf(arrays: PlainArrays, task: string): Crf {
  const [transitions, start, end] = ['transitions', 'start', 'end'].map((part) => [
    ...Array.from(arrays.get(`head.${task}.${part}`)!.data),
  ])
  return { transitions, start, end }
}
