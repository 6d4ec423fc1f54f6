/** The moving average of the learning curves. */
import { expect, it } from 'vitest'
import { Series } from '../../renderer/charts/columns.ts'
import { Smoother, smoothed } from '../../renderer/charts/smooth.ts'
import { Draw } from '../support/arrays.ts'

const of = (y: number[]) =>
  new Series(
    y.map((_, i) => i),
    y,
  )

it('leaves a constant unchanged, from its first point on', () => {
  const { y } = smoothed(of(Array(50).fill(3.25)), 0.97)
  for (const value of y) expect(value).toBeCloseTo(3.25, 12)
})

it('is the weighted mean of all previous values', () => {
  const y = [4, 1, 3, 8]
  const w = 0.6
  const expected = y.map((_, n) => {
    const weights = y.slice(0, n + 1).map((__, i) => w ** (n - i))
    return weights.reduce((sum, weight, i) => sum + weight * y[i], 0) / weights.reduce((a, b) => a + b)
  })
  const { y: actual } = smoothed(of(y), w)
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 12))
})

it('changes nothing with weight 0, and refuses weights outside [0, 1)', () => {
  const series = of([1, 2])
  expect(smoothed(series, 0)).toBe(series)
  expect(() => new Smoother(series, 1)).toThrow('below 1')
  expect(() => new Smoother(series, -0.1)).toThrow('at least 0')
})

it('continues when points are added, and restarts when some are removed', () => {
  const draw = new Draw('smooth')
  const y = Array.from({ length: 300 }, () => draw.number())
  const grown = of(y.slice(0, 100))
  smoothed(grown, 0.9)
  grown.append(
    y.slice(100).map((_, i) => 100 + i),
    y.slice(100),
  )
  expect([...smoothed(grown, 0.9).y]).toEqual([...smoothed(of(y), 0.9).y])
  grown.truncate(150)
  grown.push(150, 7)
  expect([...smoothed(grown, 0.9).y]).toEqual([...smoothed(of([...y.slice(0, 150), 7]), 0.9).y])
})

it('passes NaN through without forgetting the mean', () => {
  const { y } = smoothed(of([2, NaN, 2, Infinity, 2]), 0.5)
  expect([...y]).toEqual([2, NaN, 2, Infinity, 2])
})
