/** What a training gives: the weights of the best epoch, in time; and that it learns. */
import { describe, expect, it } from 'vitest'
import { evaluate, makeEvalSet } from '../../main/training/evaluate.ts'
import { Network } from '../../main/nn/network.ts'
import { BACKENDS, FASTEST } from '../support/backends.ts'
import { corpusFiles, corpusText, loadTiny, tinyConfig } from '../support/corpus.ts'
import { record, specOf } from '../support/training.ts'

describe('on the fastest backend', () => {
  it('the weights are those of the best epoch on dev', async () => {
    await FASTEST.use()
    // A learning rate so high that the score goes up and down.
    const config = tinyConfig({ optimizer: { learningRate: 0.6 }, joint: { epochs: 12 } })
    const { data } = await loadTiny(config)
    const spec = specOf(config, data, { pos: null, np: null })
    const { epochs, result, weights } = await record(spec, data)
    const means = epochs.map(({ dev }) => (dev.pos.value + dev.np.value) / 2)
    const best = means.indexOf(Math.max(...means))
    expect(best, 'the best epoch is not the last, or this test shows nothing').toBeLessThan(11)
    expect(result).toEqual({ density: { pos: 1, np: 1 }, bestEpoch: best, epochs: 12, dev: epochs[best].dev })
    expect(epochs.map((metric) => metric.best)).toEqual(
      means.map((mean, e) => means.slice(0, e).every((earlier) => mean > earlier)),
    )
    const network = new Network(spec.shape, weights)
    for (const task of data.tasks) {
      const evalSet = makeEvalSet(task, task.dev, data.spellings)
      expect(await evaluate(network, evalSet, null)).toEqual(epochs[best].dev[task.name])
    }
    network.dispose()
  })

  it('patience ends a training so many epochs after the best', async () => {
    await FASTEST.use()
    const config = tinyConfig({ optimizer: { learningRate: 0.6 }, joint: { epochs: 60 } })
    const { data } = await loadTiny(config)
    const patient = await record(specOf(config, data, { pos: null, np: null }, { patience: 3 }), data)
    expect(patient.result.epochs).toBe(patient.result.bestEpoch + 1 + 3)
    expect(patient.epochs.length).toBe(patient.result.epochs)
    expect(patient.result.epochs).toBeLessThan(60)
  })

  it('patience waits for a first score above 0', async () => {
    await FASTEST.use()
    // Types that train lacks are never found.
    const files = corpusFiles()
    files['dev.txt'] = files['dev.txt'].replace(/-(NP|VP)\b/g, '-UNSEEN')
    const config = tinyConfig({ joint: { epochs: 6 } })
    const { data } = await loadTiny(config, files)
    const { epochs, result } = await record(specOf(config, data, { np: null }, { patience: 2 }), data)
    expect(epochs.map(({ dev }) => dev.np.value)).toEqual(new Array(6).fill(0))
    expect(result.epochs).toBe(6)
  })

  it('maxSteps ends it amid an epoch; keep: last gives the weights it ended with', async () => {
    await FASTEST.use()
    const config = tinyConfig()
    const { data } = await loadTiny(config)
    const long = await record(specOf(config, data, { pos: null, np: null }, { keep: 'last' }), data, {
      checkpoints: true,
    })
    const short = await record(specOf(config, data, { pos: null, np: null }, { keep: 'last', maxSteps: 27 }), data)
    expect(long.steps.length).toBe(40)
    expect(short.steps).toEqual(long.steps.slice(0, 27))
    expect(short.result.epochs).toBe(2)
    const there = long.checkpoints.find(({ step }) => step === 27)!
    for (const name of ['bilstm.0.forward.W', 'head.np.W', 'char.table'])
      expect(short.weights[name].data).toEqual(there.state[`weights/${name}`].data)
  })

  it('a loss that is no number ends it with an error that says what to do', async () => {
    await FASTEST.use()
    const config = tinyConfig({ optimizer: { learningRate: 1e30 } })
    const { data } = await loadTiny(config)
    await expect(record(specOf(config, data, { pos: null }, { clipValue: null }), data)).rejects.toThrow(
      /The loss became .* lower the learning rate/,
    )
  })
})

describe.each(BACKENDS)('on $name', (backend) => {
  it.each([[false], [true]])('a tiny network learns a tiny corpus by heart (CRF: %s)', async (crf) => {
    await backend.use()
    const config = tinyConfig({
      model: { crf, dropout: 0, wordDropout: 0 },
      optimizer: { learningRate: 0.3 },
      joint: { epochs: 40, sampling: 'roundRobin' },
    })
    const text = corpusText('heart', 7, 4)
    const { data } = await loadTiny(config, { ...corpusFiles(), 'train.txt': text, 'dev.txt': text })
    const { result, epochs } = await record(specOf(config, data, { pos: null, np: null }), data)
    expect(epochs[0].dev.pos.value).toBeLessThan(90)
    expect(result.dev.pos.value).toBeGreaterThan(99)
    expect(result.dev.np.value).toBeGreaterThan(99)
    // Knowing everything by heart, epochs tie; the first of the best is the best.
    const means = epochs.map(({ dev }) => (dev.pos.value + dev.np.value) / 2)
    expect(means.filter((mean) => mean === Math.max(...means)).length).toBeGreaterThan(1)
    expect(result.bestEpoch).toBe(means.indexOf(Math.max(...means)))
  })
})
