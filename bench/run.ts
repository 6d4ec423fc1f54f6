/**
 * All benchmarks in one table. Run it without other load: npm run bench [-- pairs|step|backends|kernels|run|tag|seeds
 * …]. Without names it runs all but seeds. SPARSE_SHARING_PEER_PYTHON, a Python with torch, adds the comparison with
 * PyTorch.
 */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { loadExperimentData } from '../main/data/load.ts'
import { coreCount } from '../main/experiment/environment.ts'
import { loadNative } from '../native/index.ts'
import { BATCHES, LAYERS, backendRate, presentBackends } from './backends.ts'
import { benchConfig, benchCorpus } from './corpus.ts'
import { comparisons, inPairs, keep } from './pairs.ts'
import { peerStep } from './peer.ts'
import { seedNoise } from './seedNoise.ts'
import { tagBench } from './tag.ts'
import { timeSteps } from './trainingStep.ts'
import { wholeRun } from './wholeRun.ts'

const native = loadNative()
if ('reason' in native) throw new Error(native.reason)
const cores = coreCount({ threads: 0 })
const corpus = benchCorpus()
const wanted = process.argv.slice(2)
const chosen = (part: string) => wanted.length === 0 || wanted.includes(part)
const rate = (tokensPerSecond: number) => `${(tokensPerSecond / 1000).toFixed(1)}k tokens/s`
const line = (what: string, value: string) => console.log(`${what.padEnd(58)} ${value}`)

console.log(`${cpus()[0].model}, ${cores} cores, ${native.kernels.isa}; ${corpus.name}, no pretrained vectors\n`)
const { data } = await loadExperimentData(benchConfig(corpus), corpus.baseDir)

// In a separate process, with threads and caches of its own.
if (chosen('kernels'))
  execFileSync(process.execPath, [fileURLToPath(new URL('./kernels.ts', import.meta.url))], { stdio: 'inherit' })

if (chosen('pairs')) {
  for (const comparison of await comparisons(corpus, data, cores)) {
    const compared = await inPairs(comparison)
    if (typeof compared === 'string') {
      line(comparison.what, compared)
      continue
    }
    const { ours, other, ratio, lowest, highest } = compared
    const verdict = ratio >= comparison.bar ? 'met' : 'missed'
    line(
      comparison.what,
      `${rate(ours)} against ${rate(other)}: ${ratio.toFixed(2)} × (${lowest.toFixed(2)} to ${highest.toFixed(2)}), ` +
        `bar ${comparison.bar} ${verdict}`,
    )
    keep(comparison.what, comparison.bar, compared)
  }
}

if (chosen('step')) {
  for (const [batch, layers] of [
    [10, 1],
    [32, 1],
    [10, 2],
    [32, 2],
  ]) {
    const config = benchConfig(corpus, { model: { layers }, optimizer: { batchSize: batch } })
    const ours: number[] = []
    for (let threads = 1; threads <= cores; threads++) {
      const { tokensPerSecond, millisecondsPerStep } = await timeSteps(config, data, threads, 0.56)
      ours.push(tokensPerSecond)
      line(
        `step, batch ${batch}, ${layers} layer(s), density 0.56, ${threads} thread(s)`,
        `${rate(tokensPerSecond)}  ${millisecondsPerStep.toFixed(2)} ms`,
      )
    }
    const peers: number[] = []
    for (let threads = 1; threads <= cores; threads++) {
      const peer = peerStep(corpus.peerFile, batch, layers, threads)
      if (typeof peer === 'number') peers.push(peer)
      line(`  peer (PyTorch), ${threads} thread(s)`, typeof peer === 'number' ? rate(peer) : peer)
    }
    if (peers.length)
      line('  ours / peer, each at its best', `${(Math.max(...ours) / Math.max(...peers)).toFixed(2)} ×`)
  }
  for (const batch of [10, 32]) {
    const config = benchConfig(corpus, { optimizer: { batchSize: batch } })
    for (const density of [null, 1, 0.5, 0.2, 0.1]) {
      const { tokensPerSecond, millisecondsPerStep } = await timeSteps(config, data, cores, density)
      line(
        `step, batch ${batch}, ${density === null ? 'no mask' : `density ${density}`}, ${cores} threads`,
        `${rate(tokensPerSecond)}  ${millisecondsPerStep.toFixed(2)} ms`,
      )
    }
  }
}

if (chosen('backends')) {
  const { present, absent } = await presentBackends()
  for (const { name, what } of present) line(name, what)
  for (const why of absent) console.log(why)
  for (const layers of LAYERS) {
    for (const batch of BATCHES) {
      const config = benchConfig(corpus, { model: { layers }, optimizer: { batchSize: batch } })
      for (const backend of present)
        line(
          `step, batch ${batch}, ${layers} layer(s), ${backend.name}`,
          rate(await backendRate(backend, config, data, cores)),
        )
      const peer = peerStep(corpus.peerFile, batch, layers, cores)
      line('  peer (PyTorch)', typeof peer === 'number' ? rate(peer) : peer)
    }
  }
}

if (chosen('run')) {
  const short = { epochs: 1 }
  const config = benchConfig(corpus, { methods: ['hard', 'sparse'], imp: { ...short, maxRounds: 1 }, joint: short })
  const { secondsToFirstStep, peakMiB } = await wholeRun(config, corpus.baseDir)
  line('start of the command to the first reported training steps', `${secondsToFirstStep.toFixed(2)} s`)
  line('most memory of the run', peakMiB === null ? 'not told by this system' : `${peakMiB.toFixed(0)} MiB`)
}

if (chosen('tag')) {
  const bench = await tagBench(corpus)
  const what = `all tags of ${bench.tasks.join(', ')}`
  for (const [density, name] of [
    [null, 'the paper’s densities'],
    [0.25, 'density 0.25'],
    [1, 'density 1'],
  ] as const) {
    for (let threads = 1; threads <= cores; threads++)
      line(`${what}, ${name}, ${threads} thread(s)`, rate(await bench.rate(threads, density)))
  }
  const { fromNothing, median, worst } = await bench.latency()
  line(
    'one sentence: tagger not loaded; loaded, median, worst',
    `${fromNothing.toFixed(0)} ms; ${median.toFixed(1)} ms, ${worst.toFixed(1)} ms`,
  )
}

// Takes minutes: only if it is named.
if (wanted.includes('seeds')) {
  for (const { name } of (await presentBackends()).present) {
    const began = performance.now()
    const reached = await seedNoise(name)
    const scores = Object.entries(reached).map(
      ([task, { mean, deviation, values }]) =>
        `${task} ${mean.toFixed(2)} ± ${deviation!.toFixed(2)} (${values.map((value) => value.toFixed(2)).join(' ')})`,
    )
    line(
      `sample, hard sharing, 8 epochs, three seeds, ${name}`,
      `${scores.join(', ')}  ${((performance.now() - began) / 1000).toFixed(0)} s`,
    )
  }
}
