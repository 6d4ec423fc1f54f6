/** The arithmetic of the mask explorer, without a browser. */
import { describe, expect, it } from 'vitest'
import {
  addUp,
  containmentOf,
  countCombinations,
  expectedByChance,
  jaccardOf,
  keptBy,
  membership,
  overlapOf,
  total,
} from '../../shared/network/combinations.ts'
import {
  blockColours,
  countsAt,
  cssOf,
  edgesOf,
  fullShare,
  gridOf,
  pixelsOf,
  rgba,
  type Rgb,
} from '../../renderer/features/subnets/blocks.ts'
import { placeIn, rectanglesOf, svgOfWeights } from '../../renderer/features/subnets/drawing.ts'
import { countGroups, groupsOf, groupTable } from '../../renderer/features/subnets/groups.ts'
import { cellOf, partsOf, sharingSeries } from '../../renderer/features/subnets/measures.ts'
import { blockText, weightText } from '../../renderer/features/subnets/readout.ts'
import { firstRows, keptRows, namesOf, selectedRounds } from '../../renderer/features/subnets/rows.ts'
import { blockAt, moved, showing, visible, weightAt, whole, zoomed } from '../../renderer/features/subnets/viewport.ts'
import type { MaskList } from '../../shared/protocol/requests/masks.ts'
import { Draw } from '../support/arrays.ts'

const ROWS = [
  { name: 'word', count: 7 },
  { name: 'recurrent', count: 10 },
]
const COLUMNS = [
  { name: 'i', count: 13 },
  { name: 'f', count: 13 },
]
const draw = new Draw('explorer')
const subnets = [0.5, 0.3, 0.2].map((density) => draw.kept(17 * 26, density))
const kept = membership(subnets)
const groups = groupsOf(['a', 'b', 'c'], [0, 1, 2])
const gridWith = (block: number) => gridOf(kept, ROWS, COLUMNS, block, groupTable(groups), groups.length)

describe('chance', () => {
  it('preserves sizes and totals, and gives empty subnets no overlap', () => {
    const layers = [countCombinations(kept, 3), [90, 5, 3, 1, 1, 0, 0, 0]]
    const expected = expectedByChance(layers)
    expect(total(expected)).toBeCloseTo(total(addUp(layers)), 8)
    for (let i = 0; i < 3; i++) expect(keptBy(expected, i)).toBeCloseTo(keptBy(addUp(layers), i), 8)
    expect(overlapOf(expectedByChance([[100, 0, 0, 0]]))).toBe(1)
  })

  it('is within 1/N of the exact expectation over all random subnets', () => {
    // |A| = 12, |B| = 9 of N = 30: the intersection is hypergeometric.
    const [N, a, b] = [30, 12, 9]
    const choose = (n: number, k: number): number =>
      k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((x, y) => x * y, 1)
    let exact = 0
    for (let x = 0; x <= b; x++) exact += ((choose(a, x) * choose(N - a, b - x)) / choose(N, b)) * (x / (a + b - x))
    expect(Math.abs(jaccardOf(expectedByChance([[N - a - b + 4, a - 4, b - 4, 4]]), 0, 1) - exact)).toBeLessThan(1 / N)
  })

  it('uses densities layer by layer: agreeing in layer densities is no more than chance', () => {
    // Both keep half of the first layer, independently, and a tenth of the second.
    const [whole] = partsOf([
      { layer: 'x', shape: [100], combinations: [25, 25, 25, 25] },
      { layer: 'y', shape: [100], combinations: [81, 9, 9, 1] },
    ])
    expect(cellOf(whole, 0, 1, ['a', 'b'], 'chance').value).toBeCloseTo(1, 10)
  })
})

describe('measures', () => {
  const [part] = partsOf([{ layer: 'x', shape: [20], combinations: [10, 4, 2, 4] }])
  it('describe what they measure', () => {
    expect(cellOf(part, 0, 1, ['a', 'b'], 'jaccard')).toMatchObject({
      value: 0.4,
      text: '0.400',
      explanation: expect.stringContaining('both keep 4 weights, either 10') as string,
    })
    expect(cellOf(part, 0, 1, ['a', 'b'], 'containment').value).toBe(0.5)
    expect(cellOf(part, 1, 0, ['a', 'b'], 'containment').value).toBe(containmentOf(part.counts, 1, 0))
    expect(cellOf(part, 0, 1, ['a', 'b'], 'jaccard').value).toBe(cellOf(part, 1, 0, ['a', 'b'], 'jaccard').value)
  })
  it('stack to 100 %', () => {
    const series = sharingSeries(partsOf([{ layer: 'x', shape: [442], combinations: countCombinations(kept, 3) }]))
    expect(series.map(({ name }) => name)).toEqual(['all 3', '2 of 3', 'exactly one', 'none'])
    for (const part of [0, 1]) expect(series.reduce((sum, { values }) => sum + values[part], 0)).toBeCloseTo(100, 8)
  })
})

describe('groups', () => {
  it.each([1, 2, 3, 4, 8])('of %d subnets contain every combination once', (n) => {
    const found = groupsOf(
      Array.from({ length: n }, (_, i) => `t${i}`),
      Array.from({ length: n }, (_, i) => i),
    )
    expect(found.flatMap(({ combinations }) => combinations).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 2 ** n }, (_, c) => c),
    )
    expect(new Set(found.map(({ colour }) => colour)).size).toBe(found.length)
    expect(found.length).toBe(n <= 3 ? 2 ** n : n + 3)
  })
})

describe('blocks', () => {
  it.each([1, 2, 3, 4, 8, 16, 64])('of size %d add up to the whole and do not cross parts', (block) => {
    const grid = gridWith(block)
    const sums = groups.map((_, g) =>
      grid.counts.reduce((sum, count, i) => sum + (i % groups.length === g ? count : 0), 0),
    )
    expect(sums).toEqual(countGroups(countCombinations(kept, 3), groups))
    expect(grid.rowEdges).toContain(7)
    expect(grid.columnEdges).toContain(13)
    for (let r = 0; r < 17; r += 3) {
      for (let c = 0; c < 26; c += 5) {
        const [top, left] = [grid.rowBlock[r], grid.columnBlock[c]]
        const size =
          (grid.rowEdges[top + 1] - grid.rowEdges[top]) * (grid.columnEdges[left + 1] - grid.columnEdges[left])
        expect(countsAt(grid, top, left).reduce((a, b) => a + b)).toBe(size)
      }
    }
  })

  it('restart with each part', () => expect(Array.from(edgesOf(ROWS, 4))).toEqual([0, 4, 7, 11, 15, 17]))

  const colours: Rgb[] = groups.map((_, g) => [g * 30, 255 - g * 30, 7])
  const background: Rgb = [250, 251, 252]
  const shown = groups.map((_, g) => g > 0)

  it('of one weight have its colour', () => {
    const painted = blockColours(gridWith(1), colours, shown, background, 1)
    const table = groupTable(groups)
    kept.forEach((c, w) => expect(painted[w]).toBe(rgba(c === 0 ? background : colours[table[c]])))
    expect(cssOf(rgba([1, 171, 255]))).toBe('#01abff')
  })

  it('have the colour of most of their weights, never a mixture, paler where fewer are kept', () => {
    const two = gridOf(
      Uint8Array.of(1, 2, 2, 0),
      [{ name: 'r', count: 2 }],
      [{ name: 'c', count: 2 }],
      2,
      groupTable(groups),
      groups.length,
    )
    const mixed: Rgb[] = [[0, 0, 0], [100, 0, 0], [0, 200, 0], ...Array.from({ length: 5 }, (): Rgb => [0, 0, 0])]
    expect(blockColours(two, mixed, shown, [0, 0, 0], 1)[0]).toBe(rgba([0, 150, 0]))
    expect(blockColours(two, mixed, shown, [0, 0, 0], fullShare(two, shown))[0]).toBe(rgba([0, 200, 0]))
    // Isolated: the others are background.
    expect(
      blockColours(
        two,
        mixed,
        shown.map((_, g) => g === 1),
        [0, 0, 0],
        1,
      )[0],
    ).toBe(rgba([25, 0, 0]))
  })

  it.each([1, 4])('of size %d drawn as rectangles cover the pixels of the picture exactly', (block) => {
    const grid = gridWith(block)
    const painted = blockColours(grid, colours, shown, background, 1)
    const pixels = pixelsOf(grid, painted)
    const region = { rows: [2, 15] as [number, number], columns: [5, 25] as [number, number] }
    const covered = new Uint32Array(17 * 26).fill(rgba(background))
    for (const { x, y, width, height, colour } of rectanglesOf(grid, painted, rgba(background), region)) {
      for (let r = y; r < y + height; r++) for (let c = x; c < x + width; c++) covered[r * 26 + c] = colour
    }
    for (let r = 0; r < 17; r++) {
      for (let c = 0; c < 26; c++) {
        const inside = r >= 2 && r < 15 && c >= 5 && c < 25
        expect(covered[r * 26 + c], `${r}, ${c}`).toBe(inside ? pixels[r * 26 + c] : rgba(background))
      }
    }
    const look = {
      title: 'a & b',
      scale: 3,
      background: '#fff',
      text: '#000',
      rows: ROWS,
      columns: COLUMNS,
      legend: [{ label: 'a', colour: 'red' }],
    }
    const svg = svgOfWeights(rectanglesOf(grid, painted, rgba(background), region), region, look)
    expect(svg).toMatch(/^<svg [^>]*>\n<title>a &amp; b<\/title>/)
    expect(svg).toContain('>recurrent</text>')
  })

  it('are described correctly', () => {
    expect(placeIn(ROWS, 9)).toBe('9 (recurrent 2)')
    expect(weightText(0b101, 9, 14, ROWS, COLUMNS, ['a', 'b', 'c'])).toBe(
      'Row 9 (recurrent 2), column 14 (f 1): kept by a, c',
    )
    expect(weightText(0, 0, 0, ROWS, COLUMNS, ['a', 'b', 'c'])).toBe(
      'Row 0 (word 0), column 0 (i 0): kept by no subnet',
    )
    const text = blockText(gridWith(4), 9, 14, ROWS, COLUMNS, groups)
    expect(text).toMatch(/^Rows 7–10 \(recurrent 0–3\), columns 13–16 \(f 0–3\): \d+ of 16 weights kept/)
  })
})

describe('the window on the matrix', () => {
  const [screen, matrix] = [
    { width: 800, height: 400 },
    { width: 800, height: 330 },
  ]
  it('shows the whole matrix centred, with readable blocks', () => {
    const view = whole(screen, matrix)
    expect(view).toEqual({ scale: 1, left: 0, top: -35 })
    expect([blockAt(1), blockAt(1.4), blockAt(3), blockAt(0.1)]).toEqual([4, 4, 1, 32])
    expect(weightAt(view, 10, 34, matrix)).toBeNull()
    expect(weightAt(view, 10, 36, matrix)).toEqual({ row: 1, column: 10 })
  })
  it('zooms at the pointer, never out of the matrix', () => {
    let view = whole(screen, matrix)
    const under = weightAt(view, 300, 200, matrix)
    for (let i = 0; i < 6; i++) view = zoomed(view, 1.5, 300, 200, screen, matrix)
    expect(weightAt(view, 300, 200, matrix)).toEqual(under)
    const { rows, columns } = visible(moved(view, 1e9, -1e9, screen, matrix), screen, matrix)
    expect([columns[1], rows[0]]).toEqual([800, 0])
    for (let i = 0; i < 20; i++) view = zoomed(view, 0.5, 0, 0, screen, matrix)
    expect(view).toEqual(whole(screen, matrix))
    const shown = visible(showing(zoomed(view, 10, 0, 0, screen, matrix), 329, 799, screen, matrix), screen, matrix)
    expect([shown.rows[1], shown.columns[1]]).toEqual([330, 800])
  })
})

describe('rows', () => {
  const list = (id: string, tasks: string[], rounds: number, chosen: number | null): MaskList => ({
    run: { id, name: id, status: 'finished', seed: 1, tasks },
    prunes: true,
    masks: tasks.flatMap((task) =>
      Array.from({ length: rounds }, (_, round) => ({
        task,
        round,
        kept: 1,
        density: 1,
        dev: 1,
        chosen: round === chosen,
      })),
    ),
  })
  it('start with the chosen subnets, else the latest, at most eight', () => {
    expect(firstRows([list('x', ['a', 'b'], 3, 1)]).map(({ task, round, on }) => [task, round, on])).toEqual([
      ['a', 1, true],
      ['b', 1, true],
    ])
    expect(firstRows([list('x', ['a'], 3, null)])[0].round).toBe(2)
    const many = firstRows([list('x', [...'abcde'], 2, 0), list('y', [...'abcde'], 2, 0)])
    expect(many.filter(({ on }) => on)).toHaveLength(8)
  })
  it('keep the selection during training, and make room for another run', () => {
    const rows = firstRows([list('x', ['a', 'b'], 2, null)]).map((row) => ({ ...row, round: 0 }))
    const kept = keptRows(rows, [list('x', ['a', 'b'], 5, null), list('y', ['a'], 2, 1)], false)
    expect(kept.map(({ run, task, round, slot }) => [run, task, round, slot])).toEqual([
      ['x', 'a', 0, 0],
      ['x', 'b', 0, 1],
      ['y', 'a', 1, 2],
    ])
    expect(namesOf(kept, ['x', 'y'])).toEqual(['a A', 'b A', 'a B'])
    expect(keptRows(rows, [list('x', ['a', 'b'], 5, null)], true).map(({ round }) => round)).toEqual([4, 4])
  })
  it('are a set for joint training where each task has one', () => {
    const x = list('x', ['a', 'b'], 3, 1)
    const rows = firstRows([x])
    expect(selectedRounds(rows, x)).toEqual({ a: 1, b: 1 })
    const twice = [...rows, { ...rows[0], round: 2, added: true }]
    expect(selectedRounds(twice, x)).toBeNull()
    expect(namesOf(twice, ['x'])).toEqual(['a r1', 'b', 'a r2'])
  })
})
