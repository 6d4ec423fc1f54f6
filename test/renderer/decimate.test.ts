/** Thinning of long lines: nothing visible may be lost. */
import { describe, expect, it, test } from 'vitest'
import { Series } from '../../renderer/charts/columns.ts'
import { decimate, undrawable, type View } from '../../renderer/charts/decimate.ts'
import { drawingOf } from '../../renderer/charts/drawing.ts'
import { Draw } from '../support/arrays.ts'

const noise = (count: number, seed = 'noise') => {
  const draw = new Draw(seed)
  return new Series(
    Float64Array.from({ length: count }, (_, i) => i + 1),
    Float64Array.from({ length: count }, () => draw.number()),
  )
}
const whole = ({ x }: Series): View => ({ min: x[0], max: x[x.length - 1], logX: false, logY: false })

describe('100,000 points to 500 buckets', () => {
  const series = noise(100_000)
  const kept = decimate(series, whole(series), 500)

  it('keeps two points per bucket, and the ends', () => {
    expect(kept.length).toBeLessThanOrEqual(2 * 501 + 2)
    expect(kept.length).toBeGreaterThan(500)
    expect([kept[0], kept.at(-1)]).toEqual([0, 99_999])
  })

  it('keeps the order, without duplicates', () => {
    for (let i = 1; i < kept.length; i++) expect(kept[i]).toBeGreaterThan(kept[i - 1])
  })

  it('keeps the lowest and the highest of every bucket', () => {
    const has = new Set(kept)
    const buckets = Map.groupBy(series.x, (x) => Math.floor(((x - 1) * 500) / 99_999))
    expect(buckets.size).toBe(501)
    for (const [bucket, members] of buckets) {
      const by = (compare: (a: number, b: number) => boolean) =>
        members.reduce((best, x) => (compare(series.y[x - 1], series.y[best - 1]) ? x : best)) - 1
      expect(has.has(by((a, b) => a < b)), `lowest of ${bucket}`).toBe(true)
      expect(has.has(by((a, b) => a > b)), `highest of ${bucket}`).toBe(true)
    }
  })
})

test('appending in pieces gives the same as appending at once', () => {
  const all = noise(10_000)
  const grown = new Series()
  for (let from = 0; from < 10_000; from += 777)
    grown.append(all.x.slice(from, from + 777), all.y.slice(from, from + 777))
  expect([...grown.y]).toEqual([...all.y])
  expect(decimate(grown, whole(grown), 100)).toEqual(decimate(all, whole(all), 100))
})

test('a window contains its points and one on either side', () => {
  const series = noise(1000)
  expect(decimate(series, { min: 100, max: 104, logX: false, logY: false }, 50)).toEqual([
    98, 99, 100, 101, 102, 103, 104,
  ])
  const wide = decimate(series, { min: 100, max: 900, logX: false, logY: false }, 50)
  expect([wide[0], wide.at(-1)]).toEqual([98, 900])
  expect(decimate(series, { min: 5000, max: 6000, logX: false, logY: false }, 50)).toEqual([999])
})

test('a logarithmic axis shows nothing at or below 0', () => {
  const series = new Series([0, 1, 2, 3, 4], [5, 0, -1, 2, 3])
  expect(decimate(series, { min: 0, max: 4, logX: true, logY: true }, 50)).toEqual([3, 4])
  expect(undrawable(series, { logX: true, logY: true })).toBe(3)
  expect(undrawable(series, { logX: false, logY: true })).toBe(2)
  const long = noise(5000)
  const kept = decimate(long, { min: 1, max: 5000, logX: true, logY: false }, 100)
  // Buckets are equal on the axis as drawn: the first decade of x has its points to itself.
  expect(kept.slice(0, 5)).toEqual([0, 1, 2, 3, 4])
})

test('NaN hides no other loss', () => {
  const series = noise(1000)
  const y = Float64Array.from(series.y, (value, i) => (i % 3 === 0 ? NaN : value))
  const holed = new Series(series.x, y)
  const kept = decimate(holed, whole(holed), 20).map((i) => y[i])
  expect(Math.max(...kept.filter((value) => !Number.isNaN(value)))).toBe(
    Math.max(...y.filter((value) => !Number.isNaN(value))),
  )
})

test('a line whose x decreases is returned whole, in order', () => {
  const series = new Series([1, 0.7, 0.5], [3, 2, 1])
  expect(series.ascending).toBe(false)
  expect(decimate(series, { min: 0.5, max: 1, logX: true, logY: false }, 1)).toEqual([0, 1, 2])
})

describe('a drawing', () => {
  const dense = { name: 'ner', colour: { task: 0 }, series: noise(100_000), label: String }

  it('frames all points without a window, and respects one', () => {
    expect(drawingOf([dense], { x: 'step', y: 'loss' }, { x: null, y: null }, 800)).toMatchObject({
      x: [0, 100_000],
      y: null,
      dropped: 0,
    })
    const zoomed = drawingOf([dense], { x: 'step', y: 'loss' }, { x: [50, 60], y: [0, 1] }, 800)
    expect(zoomed).toMatchObject({ x: [50, 60], y: [0, 1], all: [0, 100_000] })
    expect(zoomed.lines[0].points.map(({ index }) => index)).toEqual([
      48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60,
    ])
  })

  it('limits the number of points, however many lines', () => {
    const lines = Array.from({ length: 60 }, (_, i) => ({ ...dense, name: String(i) }))
    const { lines: drawn } = drawingOf(lines, { x: 'step', y: 'loss' }, { x: null, y: null }, 1600, 0.9)
    expect(drawn.reduce((sum, { points, raw }) => sum + points.length + raw.length, 0)).toBeLessThan(16_000)
  })

  it('has the raw line beside the smoothed one, and counts dropped points', () => {
    const line = {
      name: 'np',
      colour: { task: 1 },
      points: [0, 1, 2].map((x) => ({ x, y: 2 - x, label: '', marked: false })),
    }
    const drawing = drawingOf([line], { x: 'epoch', y: 'loss', logY: true }, { x: null, y: null }, 100, 0.5)
    expect(drawing.dropped).toBe(1)
    expect(drawing.lines[0].raw.map(({ y }) => y)).toEqual([2, 1])
    expect(drawing.lines[0].points.map(({ y }) => Number(y.toFixed(4)))).toEqual([2, 1.3333, 0.5714])
  })
})
