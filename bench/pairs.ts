/**
 * Ours and the peer, in turn: the speed of a machine moves by a third within minutes, so each ratio is of two
 * measurements made one after the other, and what counts is the median of five. Each side works at its best number of
 * threads. The results are appended to a file with date and processor.
 */
import { appendFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { resolve } from 'node:path'
import type { EncodedData } from '../main/data/types.ts'
import { benchConfig, type BenchCorpus } from './corpus.ts'
import { peerStep, peerTag } from './peer.ts'
import { sideBySide } from './sideBySide.ts'
import { tagBench } from './tag.ts'
import { timeSteps } from './trainingStep.ts'

const PAIRS = 5
/** At which the peer's tagger is fastest on two cores. */
const PEER_TAG_BATCH = 64
const RESULTS = process.env.SPARSE_SHARING_BENCH_RESULTS ?? resolve(import.meta.dirname, 'results.jsonl')

/** A measurement in tokens per second; a string says why it cannot be made. */
type Measure = () => number | string | Promise<number | string>

export interface Comparison {
  what: string
  /** The ratio that is aimed at. */
  bar: number
  ours: Measure
  other: Measure
}

export interface Compared {
  ours: number
  other: number
  ratio: number
  lowest: number
  highest: number
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Medians of five pairs, or why they cannot be measured. */
export async function inPairs({ ours, other }: Pick<Comparison, 'ours' | 'other'>): Promise<Compared | string> {
  const pairs: { ours: number; other: number }[] = []
  for (let i = 0; i < PAIRS; i++) {
    const [a, b] = [await ours(), await other()]
    if (typeof a === 'string') return a
    if (typeof b === 'string') return b
    pairs.push({ ours: a, other: b })
  }
  const ratios = pairs.map((pair) => pair.ours / pair.other)
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    other: median(pairs.map((pair) => pair.other)),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  }
}

/** Every comparison that has a bar: training steps, two tasks side by side, tagging. */
export async function comparisons(corpus: BenchCorpus, data: EncodedData, cores: number): Promise<Comparison[]> {
  const all: Comparison[] = []
  for (const [batch, layers, bar] of [
    [10, 1, 4],
    [32, 1, 4],
    [10, 2, 4],
    [32, 2, 3],
  ]) {
    const config = benchConfig(corpus, { model: { layers }, optimizer: { batchSize: batch } })
    const ours = async (threads: number) => (await timeSteps(config, data, threads, 0.56)).tokensPerSecond
    const other = (threads: number) => peerStep(corpus.peerFile, batch, layers, threads)
    all.push({
      what: `step, batch ${batch}, ${layers} layer(s)`,
      bar,
      ours: best(ours, cores),
      other: best(other, cores),
    })
  }
  if (cores > 1) {
    const config = benchConfig(corpus)
    all.push({
      what: 'IMP of two tasks side by side, against one on one core',
      bar: 1.9,
      ours: () => sideBySide(config, data, ['ner', 'pos']),
      // Both tasks, because their sentences are the same but their heads are not.
      other: async () => ((await sideBySide(config, data, ['ner'])) + (await sideBySide(config, data, ['pos']))) / 2,
    })
  }
  const tagging = await tagBench(corpus)
  for (const { what, bar, density, shared } of [
    { what: 'tags of three tasks, the paper’s densities', bar: 6, density: null, shared: false },
    { what: 'tags of three tasks, density 1', bar: 3, density: 1, shared: false },
    { what: 'tags of three tasks, hard sharing', bar: 4, density: 'hard', shared: true },
  ] as const) {
    const other = (threads: number) =>
      peerTag(corpus.peerFile, tagging.file, { threads, batch: PEER_TAG_BATCH, shared })
    all.push({
      what,
      bar,
      ours: best((threads) => tagging.rate(threads, density), cores),
      other: best(other, cores),
    })
  }
  return all
}

/** Measures with the number of threads that was fastest at the first call; that call tries all. */
function best(measure: (threads: number) => ReturnType<Measure>, cores: number): Measure {
  let fastest: number | null = null
  return async () => {
    if (fastest !== null) return measure(fastest)
    let highest = 0
    for (let threads = cores; threads >= 1; threads--) {
      const rate = await measure(threads)
      if (typeof rate === 'string') return rate
      if (rate > highest) [highest, fastest] = [rate, threads]
    }
    return measure(fastest ?? cores)
  }
}

/** Appends a comparison to the file of results. */
export function keep(what: string, bar: number, compared: Compared): void {
  const rounded = Object.fromEntries(
    Object.entries<number>({ ...compared }).map(([name, value]) => [name, Number(value.toFixed(2))]),
  )
  const line = { date: new Date().toISOString(), processor: cpus()[0].model, what, bar, ...rounded }
  appendFileSync(RESULTS, `${JSON.stringify(line)}\n`)
}
