/** Zooming of charts, on linear and logarithmic axes. */
import { describe, expect, it } from 'vitest'
import { aside, closer, cut, shareOf, valueAt, within, type AxisView } from '../../renderer/charts/zoom.ts'

const linear: AxisView = { range: [0, 100], log: false }
const log: AxisView = { range: [1, 10_000], log: true }
const near = (actual: readonly number[] | null, expected: number[]) =>
  expected.forEach((value, i) => expect(actual![i] / value).toBeCloseTo(1, 9))

describe.each([
  ['linear', linear],
  ['logarithmic', log],
])('%s', (_, axis) => {
  it('converts values to shares and back', () => {
    for (const share of [0, 0.25, 1]) expect(shareOf(axis, valueAt(axis, share))).toBeCloseTo(share, 12)
  })

  it('keeps its centre when zooming in', () => {
    const about = 0.3
    const zoomed = { ...axis, range: closer(axis, 4, about) }
    near([valueAt(zoomed, about)], [valueAt(axis, about)])
    expect(shareOf(axis, zoomed.range[1]) - shareOf(axis, zoomed.range[0])).toBeCloseTo(0.25, 9)
  })

  it('zooming in and out, and panning there and back, changes nothing', () => {
    near(
      closer({ ...axis, range: closer(axis, 2, 0.7) }, 0.5, 0.7).map((value) => value + 1),
      axis.range.map((value) => value + 1),
    )
    near(
      aside({ ...axis, range: aside(axis, 0.2) }, -0.2).map((value) => value + 1),
      axis.range.map((value) => value + 1),
    )
  })
})

it('cuts the dragged range in either direction', () => {
  expect(cut(linear, 0.2, 0.5)).toEqual([20, 50])
  expect(cut(linear, 0.5, 0.2)).toEqual([20, 50])
  near(cut(log, 0.25, 0.75), [10, 1000])
})

it('does not zoom in beyond the precision of numbers', () => {
  expect(cut(linear, 0.5, 0.5 + 1e-13)).toEqual([0, 100])
})

it('stays within the whole range, and is null for the whole', () => {
  expect(within({ range: [-20, 30], log: false }, [0, 100])).toEqual([0, 50])
  near(within({ range: [80, 120], log: false }, [0, 100]), [60, 100])
  expect(within({ range: [20, 30], log: false }, [0, 100])).toEqual([20, 30])
  expect(within({ range: [-5, 200], log: false }, [0, 100])).toBeNull()
  expect(within({ range: [0, 100], log: false }, [0, 100])).toBeNull()
})
