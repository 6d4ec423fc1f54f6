/** Which task a step takes, and which sentences. */
import { describe, expect, it } from 'vitest'
import { BatchStream, drawTasks, stepsPerEpoch } from '../../main/training/schedule.ts'
import type { EncodedSplit } from '../../main/data/types.ts'
import { deriveKey } from '../../shared/util/random.ts'

const TASKS = [
  { sentences: 6000, batches: 6000 },
  { sentences: 3000, batches: 3000 },
  { sentences: 1000, batches: 1000 },
]
const key = deriveKey(2019, 'tasks')

/** How often each task is drawn. */
const frequencies = (draws: Uint16Array) =>
  TASKS.map((_, task) => draws.filter((drawn) => drawn === task).length / draws.length)

/** Within five standard deviations of 10,000 draws. */
function expectFrequencies(draws: Uint16Array, probabilities: number[]): void {
  expect(draws.length).toBe(10_000)
  frequencies(draws).forEach((found, task) => {
    const p = probabilities[task]
    expect(Math.abs(found - p), `task ${task}: ${found} instead of ${p}`).toBeLessThan(
      5 * Math.sqrt((p * (1 - p)) / draws.length),
    )
  })
}

describe('drawTasks', () => {
  it('an epoch has as many steps as the tasks have batches', () => {
    expect(stepsPerEpoch(TASKS)).toBe(10_000)
  })

  it('proportional: by the number of sentences, in every epoch', () => {
    for (const epoch of [0, 7]) expectFrequencies(drawTasks(TASKS, 'proportional', epoch, 10, key), [0.6, 0.3, 0.1])
  })

  it('proportional is not in turn: equal tasks follow themselves half of the time', () => {
    const draws = drawTasks([TASKS[0], TASKS[0]], 'proportional', 0, 1, key)
    const repeats = draws.filter((task, step) => step > 0 && task === draws[step - 1]).length / draws.length
    expect(repeats).toBeGreaterThan(0.45)
    expect(repeats).toBeLessThan(0.55)
  })

  it('round robin: in turn, and on from epoch to epoch', () => {
    const tasks = [
      { sentences: 5, batches: 3 },
      { sentences: 1, batches: 1 },
      { sentences: 9, batches: 1 },
    ]
    const draws = [0, 1, 2].flatMap((epoch) => [...drawTasks(tasks, 'roundRobin', epoch, 3, key)])
    expect(draws).toEqual(Array.from({ length: 15 }, (_, step) => step % 3))
  })

  it('annealed: from proportional to nearly even', () => {
    const powers = (a: number) => {
      const weights = TASKS.map(({ sentences }) => sentences ** a)
      return weights.map((weight) => weight / weights.reduce((sum, other) => sum + other, 0))
    }
    expectFrequencies(drawTasks(TASKS, 'annealed', 0, 5, key), [0.6, 0.3, 0.1])
    expectFrequencies(drawTasks(TASKS, 'annealed', 2, 5, key), powers(0.6))
    expectFrequencies(drawTasks(TASKS, 'annealed', 4, 5, key), powers(0.2))
    expectFrequencies(drawTasks(TASKS, 'annealed', 0, 1, key), [0.6, 0.3, 0.1])
  })

  it.each(['proportional', 'annealed'] as const)('%s: a function of the key', (sampling) => {
    expect(drawTasks(TASKS, sampling, 1, 5, key)).toEqual(drawTasks(TASKS, sampling, 1, 5, key))
    expect(drawTasks(TASKS, sampling, 1, 5, key)).not.toEqual(
      drawTasks(TASKS, sampling, 1, 5, deriveKey(2020, 'tasks')),
    )
  })

  it('one task takes every step', () => {
    expect(drawTasks([TASKS[2]], 'proportional', 0, 1, key).every((task) => task === 0)).toBe(true)
  })
})

describe('BatchStream', () => {
  const sentences = 23
  const split: EncodedSplit = {
    sentenceStart: Int32Array.from({ length: sentences + 1 }, (_, s) => s * 2),
    words: new Int32Array(2 * sentences),
    spellings: new Int32Array(2 * sentences),
    tags: new Int32Array(2 * sentences),
  }
  const pass = (stream: BatchStream, n: number) =>
    Array.from({ length: stream.batchesPerPass }, (_, b) => [...stream.at(n * stream.batchesPerPass + b)])

  it('goes through all sentences once a pass, each pass in another order', () => {
    const stream = new BatchStream(split, 4, 1, 'a')
    expect(stream.batchesPerPass).toBe(6)
    const passes = [0, 1, 2].map((n) => pass(stream, n))
    for (const batches of passes)
      expect(batches.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: sentences }, (_, s) => s))
    expect(passes[0]).not.toEqual(passes[1])
    expect(passes[1]).not.toEqual(passes[2])
  })

  it('can be entered anywhere: batch n does not depend on the batches before it', () => {
    const whole = new BatchStream(split, 4, 1, 'a')
    const before = Array.from({ length: 15 }, (_, n) => whole.at(n))
    expect(new BatchStream(split, 4, 1, 'a').at(14)).toEqual(before[14])
    expect(whole.at(3)).toEqual(before[3])
  })

  it('differs by seed and by name', () => {
    const first = pass(new BatchStream(split, 4, 1, 'a'), 0)
    expect(pass(new BatchStream(split, 4, 2, 'a'), 0)).not.toEqual(first)
    expect(pass(new BatchStream(split, 4, 1, 'b'), 0)).not.toEqual(first)
  })
})
