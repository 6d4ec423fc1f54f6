/** When a mask has settled, which candidates become finalists, and the scores of the other criteria. */
import { describe, expect, it } from 'vitest'
import { randomScores } from '../../main/pruning/criteria/random.ts'
import { snipScores } from '../../main/pruning/criteria/snip.ts'
import { chooseTicket } from '../../main/pruning/choose.ts'
import { chooseFinalists } from '../../main/pruning/finalists.ts'
import { pruneByMagnitude } from '../../main/pruning/prune.ts'
import { maskChange, settle, type Settling } from '../../main/pruning/settle.ts'
import { ones, type Mask } from '../../shared/network/mask.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { Candidate } from '../../shared/runs/report.ts'

const maskOf = (kept: string): Mask => ({
  layers: [{ name: 'w', shape: [kept.length], kept: Uint8Array.from(kept, Number) }],
})
const weights = (...values: number[]): ArrayBundle => ({
  w: { shape: [values.length], data: Float32Array.from(values) },
})

describe('the change of a mask', () => {
  const dense = maskOf('111111')

  it('is 0 for the same mask and 1 where no pruned weight is the same', () => {
    expect(maskChange(maskOf('001111'), maskOf('001111'), dense)).toBe(0)
    expect(maskChange(maskOf('001111'), maskOf('111100'), dense)).toBe(1)
  })

  it('is the fraction of the pruned weights that differ, whatever was pruned before', () => {
    expect(maskChange(maskOf('001111'), maskOf('010111'), dense)).toBe(0.5)
    expect(maskChange(maskOf('00110'), maskOf('01010'), maskOf('01110'))).toBe(1)
  })

  it('is 0 where a round prunes nothing', () => {
    expect(maskChange(dense, dense, dense)).toBe(0)
  })
})

it('a mask settles after the given number of calm epochs in a row; a change resets the count', () => {
  const settings = { pruningRate: 0.5, scope: 'global' as const, settledChange: 0.5, settledEpochs: 2 }
  const mask = maskOf('1111')
  let state: Settling = { next: null, calm: 0 }
  const history = [
    [1, 2, 3, 4],
    [1, 3, 2, 4],
    [4, 3, 2, 1],
    [4, 3, 2, 1],
    [4, 3, 2, 1],
  ].map((values) => {
    const after = settle(state, weights(...values), mask, settings)
    state = after.state
    return [after.change, state.calm]
  })
  // Kept: 0011, 0101, 1100, 1100, 1100.
  expect(history).toEqual([
    [null, 0],
    [0.5, 1],
    [0.5, 2],
    [0, 3],
    [0, 4],
  ])
  const strict = { ...settings, settledChange: 0.1 }
  expect(settle({ next: maskOf('0011'), calm: 1 }, weights(1, 3, 2, 4), mask, strict).state.calm).toBe(0)
})

describe('finalists', () => {
  const searched = (round: number, kept: number, ...dev: number[]) => ({
    candidate: { round, kept, density: kept / 100, dev: { name: 'spanF1', value: dev.at(-1)! } } as Candidate,
    dev,
  })

  it('are ranked by the epochs that all candidates trained', () => {
    const all = [searched(1, 80, 50, 60, 90), searched(2, 64, 55, 61), searched(3, 51, 40, 70)]
    expect(chooseFinalists(all, 1)).toEqual([3])
    expect(chooseFinalists(all, 2)).toEqual([2, 3])
  })

  it('on a tie, are those with the fewest weights; there are no more than candidates', () => {
    const tied = [searched(1, 80, 50), searched(2, 64, 50)]
    expect(chooseFinalists(tied, 1)).toEqual([2])
    expect(chooseFinalists(tied, 9)).toEqual([1, 2])
    expect(chooseFinalists([], 2)).toEqual([])
  })

  it('a candidate that was only searched cannot be chosen, however good it looks', () => {
    const trained = (round: number, value: number): Candidate => ({ ...searched(round, 10, value).candidate })
    expect(chooseTicket([trained(0, 80), { ...trained(1, 99), searchOnly: true }]).round).toBe(0)
    expect(() => chooseTicket([{ ...trained(1, 99), searchOnly: true }])).toThrow(RangeError)
  })
})

describe('criteria', () => {
  it('snip ranks by gradient times weight', () => {
    const scores = snipScores(weights(10, 1, -2, 0), weights(0.1, 3, 3, 9))
    expect([...scores.w.data]).toEqual([Math.fround(0.1) * 10, 3, -6, 0].map(Math.fround))
    expect([...pruneByMagnitude(scores, maskOf('1111'), 0.5, 'global').layers[0].kept]).toEqual([0, 1, 1, 0])
  })

  it('random prunes uniformly, by seed and stream, in one order over the rounds', () => {
    const layers = ones([{ name: 'w', shape: [20_000] }]).layers
    const scores = randomScores(layers, 2019, 'ner')
    expect(randomScores(layers, 2019, 'ner')).toEqual(scores)
    expect(randomScores(layers, 2019, 'pos')).not.toEqual(scores)
    expect(randomScores(layers, 2020, 'ner')).not.toEqual(scores)
    const { kept } = pruneByMagnitude(scores, { layers }, 0.5, 'global').layers[0]
    // Five standard deviations of a binomial around the mean, in each half.
    const firstHalf = kept.subarray(0, 10_000).reduce((sum, bit) => sum + bit, 0)
    expect(Math.abs(firstHalf - 5000)).toBeLessThan(250)
  })
})
