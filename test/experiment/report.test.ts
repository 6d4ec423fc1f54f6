/** A whole run with all methods: its report agrees with its masks, weights and test files, computed again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadExperimentData } from '../../main/data/load.ts'
import { loadTestSplits } from '../../main/data/testSplits.ts'
import { disposeDeviceMask, makeDeviceMask, Network } from '../../main/nn/network.ts'
import { sizeOf } from '../../shared/util/arrays.ts'
import { encoderBiasCount, prunableLayers } from '../../main/nn/parameters.ts'
import { initialWeights, networkShape } from '../../main/nn/initialWeights.ts'
import { chooseTicket } from '../../main/pruning/choose.ts'
import { pruneByMagnitude } from '../../main/pruning/prune.ts'
import { roundSpec } from '../../main/experiment/specs.ts'
import { evaluate, makeEvalSet } from '../../main/training/evaluate.ts'
import { labelsOfRun } from '../../shared/analysis/runLabels.ts'
import { capitalisationClass, capitalisationOf, frequencyClass, frequencyOf } from '../../shared/analysis/traits.ts'
import { intern } from '../../shared/tags/tags.ts'
import { isSubset, keptCount, ones, unionAll, type Mask } from '../../shared/network/mask.ts'
import { FASTEST } from '../support/backends.ts'
import { expectSameBits } from '../support/arrays.ts'
import { corpusFiles, corpusText, tinyConfig } from '../support/corpus.ts'
import { expectWholeMetrics, finished, outcomeOf, type Experiment, type Outcome } from '../support/experiments.ts'
import { record } from '../support/training.ts'

// Long enough to learn both tasks in part: scores of 0 would always compare equal.
const config = tinyConfig({
  methods: ['single', 'subnet', 'hard', 'sparse'],
  model: { dropout: 0.1 },
  optimizer: { learningRate: 0.3 },
  imp: { epochs: 8, maxRounds: 3 },
  joint: { epochs: 12 },
})
const ROUNDS = [0, 1, 2, 3]

describe('a run with all methods', () => {
  let experiment: Experiment
  let outcome: Outcome
  let report: NonNullable<Outcome['report']>
  let loaded: Awaited<ReturnType<typeof loadExperimentData>>
  let test: Awaited<ReturnType<typeof loadTestSplits>>
  const chosen = (task: string) => report.tickets.find((ticket) => ticket.task === task)!.chosen
  const maskOf = (task: string) => outcome.masks[`${task}/${chosen(task)}`]
  const method = (name: string) => report.methods.find((line) => line.method === name)!

  beforeAll(async () => {
    await FASTEST.use()
    experiment = await finished(config)
    outcome = outcomeOf(experiment)
    report = outcome.report!
    loaded = await loadExperimentData(config, experiment.folder)
    test = await loadTestSplits(config, experiment.folder, loaded.vocabulary, loaded.data)
  })

  it('stores every training once, complete', () => {
    expect(outcome.trainings.map(({ key }) => key)).toEqual([
      'hard',
      ...['np', 'pos'].flatMap((task) => ROUNDS.map((round) => `imp/${task}/${round}`)),
      'sparse',
    ])
    expect(outcome.trainings.every(({ state }) => state === 'finished')).toBe(true)
    expectWholeMetrics(outcome)
  })

  it('masks start dense, lose exactly 40 % of what remains every round, and only shrink', () => {
    for (const task of ['pos', 'np']) {
      const masks = ROUNDS.map((round) => outcome.masks[`${task}/${round}`])
      expect(keptCount(masks[0])).toBe(report.prunable)
      for (const round of ROUNDS.slice(1)) {
        expect(isSubset(masks[round], masks[round - 1])).toBe(true)
        const before = keptCount(masks[round - 1])
        expect(keptCount(masks[round])).toBe(before - Math.round(0.4 * before))
      }
    }
  })

  it('the first masks prune the best-on-dev weights of the dense round by magnitude', () => {
    const dense = ones(prunableLayers(networkShape(config.model, loaded.data)))
    for (const task of ['pos', 'np']) {
      expect(pruneByMagnitude(outcome.weights[`imp/${task}/0`], dense, 0.4, 'global')).toEqual(
        outcome.masks[`${task}/1`],
      )
    }
    expect(outcome.masks['pos/1']).not.toEqual(outcome.masks['np/1'])
  })

  it('every round is rewound: training from θ⁽⁰⁾ under its mask gives the stored metrics', async () => {
    for (const round of [1, 3]) {
      const spec = roundSpec(config, loaded.data, { phase: 'imp', task: 'np', round }, outcome.masks[`np/${round}`])
      const again = await record(spec, loaded.data, { start: initialWeights(spec.shape, config.seed, null) })
      expect(again.epochs).toEqual(outcome.epochs[`imp/np/${round}`])
      expect(again.result).toEqual(outcome.trainings.find(({ key }) => key === `imp/np/${round}`)!.result)
    }
  })

  it('every round is a candidate; the chosen one does best on dev with the fewest weights', () => {
    expect(report.tickets.map(({ task }) => task)).toEqual(['pos', 'np'])
    for (const { task, candidates, chosen } of report.tickets) {
      expect(candidates.map(({ round, kept, density, dev }) => ({ round, kept, density, dev }))).toEqual(
        ROUNDS.map((round) => {
          const kept = keptCount(outcome.masks[`${task}/${round}`])
          return {
            round,
            kept,
            density: kept / report.prunable,
            dev: outcome.trainings.find(({ key }) => key === `imp/${task}/${round}`)!.result!.dev[task],
          }
        }),
      )
      expect(chosen).toBe(chooseTicket(candidates).round)
    }
  })

  it('parameters are counted from the masks, biases once per network', () => {
    const shape = networkShape(config.model, loaded.data)
    const biases = encoderBiasCount(shape)
    const prunable = prunableLayers(shape).reduce((sum, layer) => sum + sizeOf(layer.shape), 0)
    const masks = [maskOf('pos'), maskOf('np')]
    let union = 0
    masks[0].layers.forEach(({ kept }, l) => kept.forEach((bit, i) => (union += bit | masks[1].layers[l].kept[i])))
    expect(report.prunable).toBe(prunable)
    expect(Object.fromEntries(report.methods.map((line) => [line.method, line.params]))).toEqual({
      single: 2 * (prunable + biases),
      subnet: keptCount(masks[0]) + keptCount(masks[1]) + 2 * biases,
      hard: prunable + biases,
      sparse: union + biases,
    })
  })

  it('overlap is |∩| / |∪| of the chosen masks, whole and layer by layer', () => {
    const ratio = (layers: Mask['layers'][]) => {
      const bits = layers[0].flatMap(({ kept }, l) => Array.from(kept, (bit, i) => [bit, layers[1][l].kept[i]]))
      return bits.filter(([a, b]) => a && b).length / bits.filter(([a, b]) => a || b).length
    }
    const [pos, np] = [maskOf('pos').layers, maskOf('np').layers]
    expect(report.overlap!.all).toBeCloseTo(ratio([pos, np]), 12)
    expect(report.overlap!.pairs).toEqual([{ a: 'pos', b: 'np', ratio: report.overlap!.all }])
    expect(report.overlap!.layers.map(({ layer }) => layer)).toEqual([
      'char.conv.W',
      'bilstm.0.forward.W',
      'bilstm.0.backward.W',
    ])
    report.overlap!.layers.forEach(({ all }, l) => expect(all).toBeCloseTo(ratio([[pos[l]], [np[l]]]), 12))
  })

  it('scores are those of the stored weights under the masks, on dev and on test', async () => {
    for (const line of report.methods) expect(line.scores.np.test!.value, line.method).toBeGreaterThan(0)
    for (const [name, keys] of [
      ['single', { pos: 'imp/pos/0', np: 'imp/np/0' }],
      ['subnet', { pos: `imp/pos/${chosen('pos')}`, np: `imp/np/${chosen('np')}` }],
      ['hard', { pos: 'hard', np: 'hard' }],
      ['sparse', { pos: 'sparse', np: 'sparse' }],
    ] as const) {
      for (const task of loaded.data.tasks) {
        const own = task.name as 'pos' | 'np'
        const joint = name === 'hard' || name === 'sparse'
        const network = new Network(
          networkShape(config.model, loaded.data, joint ? undefined : [own]),
          outcome.weights[keys[own]],
        )
        const mask = name === 'subnet' || name === 'sparse' ? makeDeviceMask(maskOf(own)) : null
        const { split, tagNames } = test.tasks[own]!
        const dev = await evaluate(network, makeEvalSet(task, task.dev, loaded.data.spellings), mask)
        const onTest = await evaluate(network, makeEvalSet({ ...task, tagNames }, split, test.spellings), mask)
        expect(method(name).scores[own], `${name} ${own}`).toMatchObject({ dev, test: onTest })
        disposeDeviceMask(mask)
        network.dispose()
      }
    }
  })

  it('keeps what every method predicted: its scores are those of the report, its gold tags those of the files', () => {
    const { store, runId } = experiment
    const methods = ['single', 'subnet', 'hard', 'sparse']
    expect(store.listEvaluations(runId)).toEqual(
      ['np', 'pos'].flatMap((task) => [
        { task, split: 'dev', methods },
        { task, split: 'test', methods },
      ]),
    )
    for (const { task, split, methods: labelled } of labelsOfRun(store, runId)) {
      const evaluated = store.loadEvaluation(runId, split, task)!
      const own = loaded.data.tasks.find(({ name }) => name === task)!
      const from = split === 'dev' ? own.dev : test.tasks[task]!.split
      expect(evaluated.gold).toEqual(Int32Array.from(from.tags))
      expect(evaluated.sentenceStart).toEqual(Int32Array.from(from.sentenceStart))
      for (const { method: name, scores } of labelled) {
        const reported = method(name).scores[task][split]!
        const value = own.score === 'accuracy' ? scores.accuracy : scores.micro.f1
        expect(value, `${name} ${task} ${split}`).toBe(reported.value)
        const prediction = store.loadPrediction(runId, evaluated, name)!
        expect(prediction.confidence.some((value) => value < 255)).toBe(true)
        // Dividing by the temperature changes no order: what is certain stays the most certain.
        expect(prediction.temperature).toBeGreaterThan(0.1)
      }
    }
  })

  it('traits say how often train has a word, and how it is capitalised', () => {
    const { store, runId } = experiment
    const { names, ids } = readWords('test.txt')
    const train = readWords('train.txt')
    const count = (word: string) =>
      train.ids.filter((id) => train.names[id].toLowerCase() === word.toLowerCase()).length
    const { traits } = store.loadEvaluation(runId, 'test', 'pos')!
    expect(Array.from(traits, frequencyOf)).toEqual(ids.map((id) => frequencyClass(count(names[id]))))
    expect(Array.from(traits, capitalisationOf)).toEqual(ids.map((id) => capitalisationClass(names[id])))
  })

  /** The words of a file of columns. */
  function readWords(file: string): { names: string[]; ids: number[] } {
    const lines = readFileSync(join(experiment.folder, file), 'utf8').split('\n')
    const { names, ids } = intern(lines.filter((line) => line.trim() !== '').map((line) => line.split(/\s+/)[0]))
    return { names, ids: [...ids] }
  }

  it('sparse sharing leaves weights that no mask keeps at θ⁽⁰⁾', () => {
    const start = initialWeights(networkShape(config.model, loaded.data), config.seed, null)
    for (const { name, kept } of unionAll([maskOf('pos'), maskOf('np')]).layers) {
      const own = outcome.weights.sparse[name].data
      expect(
        [...kept.keys()].every((i) => kept[i] === 1 || own[i] === start[name].data[i]),
        name,
      ).toBe(true)
      expect(own).not.toEqual(start[name].data)
    }
  })

  it('test data has no influence on training: with another test file only the test scores change', async () => {
    const other = outcomeOf(await finished(config, { ...corpusFiles(), 'test.txt': corpusText('another', 20) }))
    expect(other.epochs).toEqual(outcome.epochs)
    expect(other.masks).toEqual(outcome.masks)
    for (const key of Object.keys(outcome.weights)) expectSameBits(other.weights[key], outcome.weights[key])
    expect(other.report!.methods[0].scores.pos.dev).toEqual(method('single').scores.pos.dev)
    expect(other.report!.methods.map(({ scores }) => scores.np.test)).not.toEqual(
      report.methods.map(({ scores }) => scores.np.test),
    )
  })
})
