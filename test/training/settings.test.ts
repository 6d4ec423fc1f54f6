/** The effect of the optimiser's settings: how far a step moves the weights. */
import { describe, expect, it } from 'vitest'
import { BACKENDS } from '../support/backends.ts'
import { corpusFiles, loadTiny, tinyConfig } from '../support/corpus.ts'
import { record, specOf } from '../support/training.ts'
import { jointSpec } from '../../main/experiment/specs.ts'
import type { TrainingSettings } from '../../main/training/spec.ts'

/** The change by each step, over all parameters: [step][element]. Without momentum, so that a step is lr · gradient. */
async function moves(changes: Partial<TrainingSettings>) {
  const config = tinyConfig({ optimizer: { momentum: 0, batchSize: 8 }, model: { dropout: 0, wordDropout: 0 } })
  const { data } = await loadTiny(config, corpusFiles(16))
  const { checkpoints, epochs } = await record(
    specOf(config, data, { np: null }, { clipValue: null, epochs: 3, ...changes }),
    data,
    { checkpoints: true },
  )
  const byStep = new Map(
    checkpoints.map(({ step, state }) => [
      step,
      Object.entries(state).flatMap(([name, { data: values }]) => (name.startsWith('weights/') ? [...values] : [])),
    ]),
  )
  const states = [...byStep.entries()].toSorted(([a], [b]) => a - b)
  const stepsPerEpoch = epochs[0].step
  return states.slice(1).map(([step, now], n) => ({
    epoch: Math.floor((step - 1) / stepsPerEpoch),
    delta: now.map((value, i) => value - states[n][1][i]),
  }))
}

describe.each(BACKENDS)('on $name', (backend) => {
  it('clipped by norm, a step is as long as the norm times the learning rate lr / (1 + decay · epoch)', async () => {
    await backend.use()
    // Far below the norm of the gradients, so that every step is clipped.
    const steps = await moves({ clipNorm: 0.05, learningRateDecay: 0.5 })
    expect(new Set(steps.map(({ epoch }) => epoch))).toEqual(new Set([0, 1, 2]))
    for (const { epoch, delta } of steps) {
      const length = Math.sqrt(delta.reduce((sum, d) => sum + d * d, 0))
      // Weights near 1 round a step of 1e-4 to one part in a thousand.
      expect(length / ((0.05 * 0.1) / (1 + 0.5 * epoch))).toBeCloseTo(1, 2)
    }
  })

  it('a norm that is not exceeded changes nothing', async () => {
    await backend.use()
    expect(await moves({ clipNorm: 1e6 })).toEqual(await moves({ clipNorm: null }))
  })

  it('clipped by value, no weight moves further, and some just as far', async () => {
    await backend.use()
    const limit = 0.002
    const bound = limit * 0.1
    const clipped = await moves({ clipValue: limit })
    const free = await moves({})
    const farthest = (steps: typeof free) =>
      Math.max(...steps.map(({ delta }) => delta.reduce((most, d) => Math.max(most, Math.abs(d)), 0)))
    expect(farthest(free)).toBeGreaterThan(2 * bound)
    expect(farthest(clipped)).toBeLessThan(bound * 1.01)
    expect(farthest(clipped)).toBeGreaterThan(bound * 0.99)
  })
})

it('joint training is clipped by value, as in the paper, and by norm where that is set', async () => {
  const { data } = await loadTiny(tinyConfig(), corpusFiles())
  const clips = (joint: object) => jointSpec(tinyConfig({ joint }), data, 'hard', null).settings
  expect(clips({})).toMatchObject({ clipValue: 5, clipNorm: null })
  expect(clips({ clipNorm: 2, clipValue: null })).toMatchObject({ clipValue: null, clipNorm: 2 })
})
