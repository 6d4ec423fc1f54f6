/** Stopped at any step and gone on from the checkpoint = never stopped: weights and metrics, bit for bit. */
import { describe, expect, it } from 'vitest'
import { networkShape } from '../../main/nn/initialWeights.ts'
import type { EncodedData } from '../../main/data/types.ts'
import type { TrainingSettings } from '../../main/training/spec.ts'
import { BACKENDS, COMPOSED } from '../support/backends.ts'
import { expectSameBits } from '../support/arrays.ts'
import { corpusFiles, loadTiny, tinyConfig } from '../support/corpus.ts'
import { randomMask } from '../support/masks.ts'
import { record, recordInPieces, specOf, type Recording } from '../support/training.ts'

async function joint(changes: Partial<TrainingSettings> = {}) {
  // Everything that a checkpoint could miss: two tasks, masks, momentum, decay, dropout, the best weights so far.
  const config = tinyConfig({ optimizer: { weightDecay: 0.001 }, joint: { epochs: 3, learningRateDecay: 0.3 } })
  const { data } = await loadTiny(config, corpusFiles(12))
  const shape = networkShape(config.model, data)
  return {
    data,
    spec: specOf(config, data, { pos: randomMask(shape, 0.6, 'a'), np: randomMask(shape, 0.6, 'b') }, changes),
  }
}

function expectSameRecording(actual: Recording, expected: Recording): void {
  expectSameBits(actual.weights, expected.weights)
  expect(actual.steps).toEqual(expected.steps)
  expect(actual.epochs).toEqual(expected.epochs)
  expect(actual.result).toEqual(expected.result)
}

async function expectSameFrom(
  step: number,
  spec: Parameters<typeof record>[0],
  data: EncodedData,
  whole: Recording,
): Promise<void> {
  const before = await record(spec, data, { stopAfter: step })
  expect(before.stopped).toBe(true)
  const checkpoint = before.checkpoints.at(-1)!
  expect(checkpoint.step).toBe(step)
  const after = await record(spec, data, { checkpoint })
  expectSameRecording(
    { ...after, steps: [...before.steps, ...after.steps], epochs: [...before.epochs, ...after.epochs] },
    whole,
  )
}

describe.each(BACKENDS)('on $name', (backend) => {
  it('stopped at a step, any step', async () => {
    await backend.use()
    const { spec, data } = await joint()
    const whole = await record(spec, data)
    expect(whole.steps.length).toBe(18)
    // Composed ops are slow: the end of an epoch, and amid one.
    const stops = backend === COMPOSED ? [6, 8] : whole.steps.map((_, n) => n + 1)
    for (const step of stops) await expectSameFrom(step, spec, data, whole)
  })

  it('stopped every few steps', async () => {
    await backend.use()
    const { spec, data } = await joint()
    expectSameRecording(await recordInPieces(spec, data, 5), await record(spec, data))
  })

  it('stopped anywhere in a warmup that ends amid an epoch, its last step included', async () => {
    await backend.use()
    const { spec, data } = await joint({ maxSteps: 8, keep: 'last' })
    const whole = await record(spec, data)
    expect(whole.steps.length).toBe(8)
    for (const step of backend === COMPOSED ? [8] : [2, 6, 7, 8]) await expectSameFrom(step, spec, data, whole)
  })

  it('taking checkpoints changes nothing, and going on from any of them gives the same', async () => {
    await backend.use()
    const { spec, data } = await joint({ patience: 1 })
    const whole = await record(spec, data)
    const often = await record(spec, data, { checkpoints: true })
    expectSameRecording(often, whole)
    expect(often.checkpoints.length).toBeGreaterThanOrEqual(whole.steps.length)
    // Among them those between an epoch's last step and its evaluation, and those after the evaluation.
    const some = backend === COMPOSED ? [6, 7] : often.checkpoints.map((_, c) => c)
    for (const c of some) {
      const checkpoint = often.checkpoints[c]
      const rest = await record(spec, data, { checkpoint })
      const known = {
        steps: whole.steps.filter(({ step }) => step < checkpoint.step),
        epochs: whole.epochs.filter(({ epoch }) => epoch < checkpoint.epoch),
      }
      expectSameRecording(
        { ...rest, steps: [...known.steps, ...rest.steps], epochs: [...known.epochs, ...rest.epochs] },
        whole,
      )
    }
  })

  it('a checkpoint is not changed by the training that goes on from it', async () => {
    await backend.use()
    const { spec, data } = await joint()
    const { checkpoints } = await record(spec, data, { stopAfter: 8 })
    const copy = structuredClone(checkpoints.at(-1)!)
    await record(spec, data, { checkpoint: checkpoints.at(-1) })
    expectSameBits(checkpoints.at(-1)!.state, copy.state)
    expect(checkpoints.at(-1)!.scalars).toEqual(copy.scalars)
  })
})
