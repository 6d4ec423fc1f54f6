/** A loss that explodes ends the training with the reason, or sends it back to its best epoch at half the rate. */
import { describe, expect, it } from 'vitest'
import { startWatch, watchLoss } from '../../main/training/divergence.ts'
import { expectSameBits } from '../support/arrays.ts'
import { FASTEST } from '../support/backends.ts'
import { loadTiny, tinyConfig } from '../support/corpus.ts'
import { record, recordInPieces, specOf } from '../support/training.ts'

describe('a loss', () => {
  const feed = (losses: number[], tags = 10) => {
    const watch = startWatch()
    return losses.map((loss) => watchLoss(watch, loss, tags)).findIndex((problem) => problem !== null)
  }
  const steady = Array.from({ length: 30 }, () => 2)

  it('that is not a number explodes at once', () => {
    expect(feed([2, NaN])).toBe(1)
    expect(feed([Infinity])).toBe(0)
  })

  it('that stays far above its start explodes; a single bad step does not', () => {
    expect(feed([...steady, 30, ...steady])).toBe(-1)
    expect(feed([...steady, ...Array.from({ length: 40 }, () => 20)])).toBeGreaterThan(30)
  })

  it('of a network that starts trained may rise to what guessing costs', () => {
    const trained = Array.from({ length: 30 }, () => 0.01)
    expect(feed([...trained, ...Array.from({ length: 100 }, () => 2)])).toBe(-1)
  })
})

describe('a training whose loss explodes', () => {
  const config = (onDivergence: 'stop' | 'halve') =>
    tinyConfig({ optimizer: { learningRate: 40, onDivergence }, joint: { epochs: 6 } })
  const specFor = async (onDivergence: 'stop' | 'halve') => {
    await FASTEST.use()
    const settings = config(onDivergence)
    const { data } = await loadTiny(settings)
    return { data, spec: specOf(settings, data, { pos: null, np: null }, { clipValue: null }) }
  }

  it('ends with the reason and what to do', async () => {
    const { data, spec } = await specFor('stop')
    await expect(record(spec, data)).rejects.toThrow(
      /^The loss (became|rose) .* lower the learning rate .* optimizer\.onDivergence/,
    )
  })

  it('goes back to its best epoch at half the rate, and ends with numbers', async () => {
    const { data, spec } = await specFor('halve')
    const { result, warnings, weights, epochs } = await record(spec, data)
    expect(result.halvings).toBeGreaterThan(0)
    expect(warnings.length).toBe(result.halvings)
    expect(warnings[0]).toMatch(/going back to .* learning rate 20\.$/)
    expect(epochs.length).toBe(6)
    for (const { data: values } of Object.values(weights)) expect(values.every(Number.isFinite)).toBe(true)
  })

  it('gives the same bits however often it is interrupted', async () => {
    const { data, spec } = await specFor('halve')
    const whole = await record(spec, data)
    const pieces = await recordInPieces(spec, data, 3)
    expect(pieces.result).toEqual(whole.result)
    expect(pieces.steps).toEqual(whole.steps)
    expectSameBits(pieces.weights, whole.weights)
  })

  it('fails in the end where no rate helps', async () => {
    await FASTEST.use()
    const settings = tinyConfig({ optimizer: { learningRate: 1e30, onDivergence: 'halve' }, joint: { epochs: 20 } })
    const { data } = await loadTiny(settings)
    await expect(record(specOf(settings, data, { pos: null }, { clipValue: null }), data)).rejects.toThrow(
      /halved 5 times/,
    )
  })
})
