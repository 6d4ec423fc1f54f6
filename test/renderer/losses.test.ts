/** Losses from the store and from events; conversion of steps to epochs and time. */
import { describe, expect, it } from 'vitest'
import { clockOf, meanSecondsPerStep } from '../../renderer/charts/clock.ts'
import { Losses } from '../../renderer/charts/losses.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import type { StepMetric } from '../../shared/runs/training.ts'
import { tinyConfig } from '../support/corpus.ts'

const steps = (from: number, to: number, task = 'ner'): StepMetric[] =>
  Array.from({ length: to - from }, (_, i) => ({ step: from + i, epoch: 0, task, loss: from + i, tokens: 1 }))
const seen = (losses: Losses, task = 'ner') => [...losses.of(task).x].map((x) => x - 1)
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('losses', () => {
  it('are added once, from either source', () => {
    const losses = new Losses()
    losses.fetched(steps(0, 10), 0)
    losses.received(steps(8, 14))
    losses.fetched(steps(10, 12), 10)
    losses.received(steps(14, 16))
    expect(seen(losses)).toEqual(range(0, 16))
    expect([...losses.of('ner').y]).toEqual(range(0, 16))
    expect([losses.next, losses.gap]).toEqual([16, false])
  })

  it('beyond what is stored are shown, and the gap is filled later', () => {
    const losses = new Losses()
    losses.fetched(steps(0, 5), 0)
    losses.received(steps(9, 12))
    losses.received(steps(12, 14))
    expect([seen(losses), losses.next, losses.gap]).toEqual([[...range(0, 5), ...range(9, 14)], 5, true])
    losses.fetched(steps(5, 7), 5)
    expect([seen(losses), losses.gap]).toEqual([[...range(0, 7), ...range(9, 14)], true])
    losses.fetched(steps(7, 11), 7)
    expect([seen(losses), losses.next, losses.gap]).toEqual([range(0, 14), 14, false])
  })

  it('beyond the checkpoint from which a training resumes are removed', () => {
    const losses = new Losses()
    losses.fetched([...steps(0, 3), ...steps(3, 6, 'pos'), ...steps(6, 9)], 0)
    losses.rewind(5)
    expect([seen(losses), seen(losses, 'pos'), losses.next]).toEqual([[0, 1, 2], [3, 4], 5])
    // Requested before the rewind: ignored.
    losses.fetched(steps(9, 12), 9)
    losses.received([...steps(5, 6, 'pos'), ...steps(6, 12)])
    expect([seen(losses), seen(losses, 'pos')]).toEqual([
      [0, 1, 2, ...range(6, 12)],
      [3, 4, 5],
    ])
  })

  it('thinned by the store continue after the last step', () => {
    const losses = new Losses()
    losses.fetched(
      steps(0, 100).filter(({ step }) => step % 10 === 7),
      0,
    )
    expect(losses.next).toBe(98)
    losses.fetched(steps(98, 103), 98)
    expect(seen(losses)).toEqual([7, 17, 27, 37, 47, 57, 67, 77, 87, 97, 98, 99, 100, 101, 102])
  })
})

describe('the clock', () => {
  const epoch = (number: number, step: number, trainSeconds: number) => ({
    epoch: number,
    step,
    trainSeconds,
    evalSeconds: 1,
    loss: {},
    dev: {},
    best: false,
  })
  const training = (epochs: TrainingDetail['epochs']): TrainingDetail => ({
    id: { phase: 'imp', task: 'np', round: 0 },
    state: 'running',
    totalSteps: 40,
    result: null,
    checkpoint: null,
    epochs,
  })
  const config = tinyConfig({ imp: { epochs: 4 } })

  it('is exact at the ends of epochs, interpolates between, and extrapolates after', () => {
    const clock = clockOf(training([epoch(0, 10, 4), epoch(1, 20, 9)]), config, null)
    expect([0, 5, 10, 15, 20, 30].map((step) => clock.at(step, 'epoch'))).toEqual([0, 0.5, 1, 1.5, 2, 3])
    expect([0, 5, 10, 15, 20, 30].map((step) => clock.at(step, 'time'))).toEqual([0, 2.5, 5, 10, 15, 22.5])
    expect(clock.at(7, 'step')).toBe(7)
  })

  it('knows epochs before the first one ends, but time only from other trainings', () => {
    expect(clockOf(training([]), config, null).at(5, 'epoch')).toBe(0.5)
    expect(clockOf(training([]), config, null).at(5, 'time')).toBeNaN()
    const secondsPerStep = meanSecondsPerStep([training([epoch(0, 10, 4), epoch(1, 20, 9)]), training([])])
    expect(secondsPerStep).toBe(0.75)
    expect(clockOf(training([]), config, secondsPerStep).at(4, 'time')).toBe(3)
    expect(meanSecondsPerStep([training([])])).toBeNull()
  })
})
