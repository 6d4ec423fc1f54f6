/**
 * How many sentences does a person have to label? Simulates an annotator with the gold labels of CoNLL-2003 NER and
 * WNUT-17: span F1 on test against sentences labelled, in random order and least certain first, with and without word
 * vectors. Training has the settings of *Train on it*, without the rounds of pruning.
 *
 *     npx node bench/simulatedAnnotator.ts [--corpora conll2003,wnut17] [--orders random,least] [--seeds 1,2,3]
 *         [--vectors FILE] [--out FILE]
 *
 * Every point is appended to --out and not measured again, so that the benchmark can be interrupted.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { settings } from '../main/config/settings.ts'
import { createRun, runExperiment, RunControl } from '../main/experiment/lifecycle.ts'
import { openStore } from '../main/store/index.ts'
import { loadModel } from '../main/tagger/model.ts'
import { taggedSentences } from '../main/tagger/tagged.ts'
import { Tagger } from '../main/tagger/tagger.ts'
import { configSchema } from '../shared/settings/config.ts'
import { PRESETS, presetSettings, smallBatchSize } from '../shared/settings/presets.ts'
import { setAt } from '../shared/util/nested.ts'
import { deriveKey, permutation } from '../shared/util/random.ts'
import { goldCorpus, type GoldCorpus, type GoldSentence } from './goldCorpus.ts'
import { ORDERS, type Order } from './labellingOrders.ts'
import { curveTable, type Point } from './labellingTable.ts'

/** Sentences labelled at each training. The bar: least certain first reaches at 560 what random order has at 800. */
const SIZES = [50, 100, 200, 400, 560, 800]
const DEV_SHARE = 0.2

const { values } = parseArgs({
  options: {
    corpora: { type: 'string', default: 'conll2003,wnut17' },
    orders: { type: 'string', default: 'random,least' },
    seeds: { type: 'string', default: '1,2,3' },
    vectors: { type: 'string' },
    out: { type: 'string', default: join(tmpdir(), 'simulated-annotator.jsonl') },
  },
})
const points: Point[] = existsSync(values.out)
  ? readFileSync(values.out, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Point)
  : []
const folder = mkdtempSync(join(tmpdir(), 'simulated-annotator-'))
try {
  for (const seed of values.seeds.split(',').map(Number))
    for (const name of values.corpora.split(','))
      for (const vectors of values.vectors === undefined ? [false] : [true, false])
        for (const order of values.orders.split(',') as Order[])
          await labelInTurn({ corpus: name, vectors, order, seed })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(curveTable(points, SIZES))

type Series = Pick<Point, 'corpus' | 'vectors' | 'order' | 'seed'>

/** The first sentences are the same in every order. What is labelled at a size depends on the model of the size before. */
async function labelInTurn(series: Series): Promise<void> {
  const done = points.filter((one) => Object.entries(series).every(([key, value]) => one[key as keyof Point] === value))
  if (done.length === SIZES.length) return
  const corpus = goldCorpus(series.corpus)
  const shuffled = permutation(corpus.train.length, deriveKey(series.seed, 'annotator', series.corpus))
  let labelled = Array.from(shuffled.subarray(0, SIZES[0]))
  for (const [i, size] of SIZES.entries()) {
    const earlier = done.find((point) => point.size === size)
    const next = SIZES[i + 1]
    const open = Array.from(shuffled).filter((s) => !labelled.includes(s))
    const wanted = next === undefined ? 0 : next - size
    if (earlier !== undefined && (next === undefined || earlier.next !== undefined)) {
      labelled = [...labelled, ...(earlier.next ?? [])]
      continue
    }
    const { f1, dev, seconds, ranked } = await train(series, corpus, labelled, wanted === 0 ? [] : open)
    const chosen = ORDERS[series.order](ranked, wanted)
    const point: Point = { ...series, size, f1, dev, seconds, next: chosen }
    points.push(point)
    appendFileSync(values.out, `${JSON.stringify(point)}\n`)
    console.log(
      `${series.corpus} seed ${series.seed} ${series.vectors ? 'vectors' : 'no vectors'} ${series.order}: ` +
        `${size} sentences, F1 ${f1.toFixed(2)} (dev ${dev.toFixed(2)}), ${seconds.toFixed(0)} s`,
    )
    labelled = [...labelled, ...chosen]
  }
}

/** Trains on what is labelled, scores test, and suggests labels for the sentences that are open, in their order. */
async function train(series: Series, corpus: GoldCorpus, labelled: readonly number[], open: readonly number[]) {
  const began = performance.now()
  const store = openStore(join(folder, 'runs.db'))
  try {
    // The sentences of dev are drawn at random, whatever the order in which they were labelled.
    const mixed = permutation(labelled.length, deriveKey(series.seed, 'dev', labelled.length))
    const sentences = Array.from(mixed, (m) => corpus.train[labelled[m]])
    const dev = Math.round(DEV_SHARE * labelled.length)
    write('train.conll', sentences.slice(dev))
    write('dev.conll', sentences.slice(0, dev))
    write('test.conll', corpus.test)
    const { runId } = await createRun(store, configFor(series, corpus, labelled.length - dev), folder)
    await runExperiment(store, runId, { control: new RunControl(), onEvent: () => {} })
    const { scores } = store.getRun(runId).report!.methods[0]
    const ranked =
      open.length === 0 || series.order === 'random'
        ? open.map((index) => ({ index, tags: [] }))
        : await suggest(store, runId, corpus, open)
    const { test, dev: devScore } = scores.ner
    store.deleteRun(runId)
    return { f1: test!.value, dev: devScore.value, seconds: (performance.now() - began) / 1000, ranked }
  } finally {
    store.close()
  }
}

async function suggest(store: ReturnType<typeof openStore>, run: string, corpus: GoldCorpus, open: readonly number[]) {
  const tagger = new Tagger(loadModel(store, run), { threads: 1 })
  try {
    const sentences = open.map((s) => corpus.train[s].sentence)
    const tagged = taggedSentences(sentences, await tagger.tag(sentences, true), tagger.info.tasks, 'asTrained')
    return open.map((index, i) => ({ index, tags: tagged[i].tasks }))
  } finally {
    await tagger.close()
  }
}

function configFor({ vectors, seed }: Series, { scheme }: GoldCorpus, trained: number) {
  const given: Record<string, unknown> = {
    name: 'annotator',
    seed,
    threads: 1,
    methods: ['single'],
    corpora: { labels: { train: 'train.conll', dev: 'dev.conll', test: 'test.conll', format: 'conll' } },
    tasks: { ner: { tags: 1, kind: 'span', scheme } },
  }
  const small = PRESETS.find(({ id }) => id === 'small')!
  for (const { path, value } of presetSettings(small, settings)) setAt(given, path, value)
  setAt(given, ['optimizer', 'batchSize'], smallBatchSize(trained))
  if (vectors) setAt(given, ['model', 'vectors'], values.vectors)
  return configSchema.parse(given)
}

function write(name: string, sentences: readonly GoldSentence[]): void {
  writeFileSync(
    join(folder, name),
    sentences.map(({ sentence, tags }) => sentence.words.map((word, t) => `${word}\t${tags[t]}\n`).join('')).join('\n'),
  )
}
