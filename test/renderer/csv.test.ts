/** The data of charts as CSV: complete, and unchanged when parsed. */
import { expect, it } from 'vitest'
import { Series } from '../../renderer/charts/columns.ts'
import { barRows, lineRows } from '../../renderer/charts/csv.ts'
import { toCsv } from '../../shared/util/csv.ts'

/** A parser of RFC 4180, independent of the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]]
  let [cell, quoted] = ['', false]
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (quoted && c === '"' && text[i + 1] === '"') cell += text[++i]
    else if (c === '"') quoted = !quoted
    else if (!quoted && (c === ',' || (c === '\r' && text[i + 1] === '\n'))) {
      rows.at(-1)!.push(cell)
      cell = ''
      if (c === '\r') {
        rows.push([])
        i++
      }
    } else cell += c
  }
  expect([quoted, cell, rows.pop()]).toEqual([false, '', []])
  return rows
}

it('contains every point of a long line, with units in column names', () => {
  const series = new Series(
    Float64Array.from({ length: 30_000 }, (_, i) => i + 1),
    Float64Array.from({ length: 30_000 }, (_, i) => 1 / (i + 3)),
  )
  const rows = parse(
    toCsv(
      lineRows([{ name: 'ner, "fine"\nspans', colour: { task: 0 }, series, label: (i) => `step ${i + 1}` }], {
        x: 'step',
        y: 'loss',
      }),
    ),
  )
  expect(rows[0]).toEqual(['line', 'step', 'loss per token (nats)', 'point'])
  expect(rows).toHaveLength(30_001)
  expect(
    rows
      .slice(1)
      .every(
        ([name, x, y, label], i) =>
          name === 'ner, "fine"\nspans' &&
          Number(x) === series.x[i] &&
          Number(y) === series.y[i] &&
          label === `step ${i + 1}`,
      ),
  ).toBe(true)
})

it('contains smoothed values beside the raw ones', () => {
  const line = {
    name: 'pos',
    colour: { task: 0 },
    points: [1, 2].map((x) => ({ x, y: 10 * x, label: `epoch ${x}`, marked: false })),
  }
  expect(lineRows([line], { x: 'epoch', y: 'dev' }, 0.5)).toEqual([
    ['line', 'epoch', 'dev score (percent)', 'dev score (percent), smoothed by 0.5', 'point'],
    ['pos', 1, 10, 10, 'epoch 1'],
    ['pos', 2, 20, 20 - 10 / 3, 'epoch 2'],
  ])
})

it('contains bars by category, one column per series', () => {
  expect(
    barRows(
      ['NOUN', 'VERB'],
      [
        { name: 'train', values: [5, 3] },
        { name: 'dev', values: [1] },
      ],
      'count',
    ),
  ).toEqual([
    ['category', 'train (count)', 'dev (count)'],
    ['NOUN', 5, 1],
    ['VERB', 3, null],
  ])
})
