import { describe, expect, test } from 'vitest'
import { configSchema } from '../../shared/settings/config.ts'
import { databasePath } from '../../main/config/databasePath.ts'
import { curvesOf } from '../../shared/runs/curves.ts'
import { bytes, compact, duration, grouped, percent, score, thousands } from '../../shared/util/format.ts'
import { changedSettings } from '../../main/config/changed.ts'
import { overlapLines } from '../../main/cli/show/overlap.ts'
import { resultLines } from '../../main/cli/show/results.ts'
import { sparkline, ticketLines } from '../../main/cli/show/tickets.ts'
import { cut, table, textWidth } from '../../main/cli/table.ts'
import { fakeReport } from './fakeCore.ts'

const plain = { bold: String, dim: String, good: String, warn: String }
const configOf = (tasks: string[], more: object = {}) =>
  configSchema.parse({
    corpora: { m: { train: 'x' } },
    tasks: Object.fromEntries(tasks.map((task, i) => [task, { tags: i }])),
    methods: ['single', 'subnet', 'hard', 'sparse'],
    ...more,
  })

describe('table', () => {
  test('aligns columns, numbers to the right, and counts wide characters as two columns', () => {
    expect(
      table(
        [{ title: 'name' }, { title: 'n', align: 'right' }],
        [
          ['日本', '1'],
          ['b', '22'],
        ],
      ),
    ).toEqual(['name   n', '────  ──', '日本   1', 'b     22'])
    expect(textWidth('e\u0301日\x1b[1mx\x1b[22m')).toBe(4)
  })

  test('is split if it is too wide: names repeat, groups stay together', () => {
    const columns = [{ title: 'm' }, ...Array.from({ length: 6 }, (_, i) => ({ title: `column${i}` }))]
    const lines = table(columns, [['row', ...'123456']], { width: 40, keep: 2 })
    expect(lines.every((line) => line.length <= 40)).toBe(true)
    expect(lines.filter((line) => line.startsWith('row'))).toHaveLength(2)
    expect(lines[0]).toContain('column3')
    expect(lines[0]).not.toContain('column4')
  })

  test('cut fits the width and keeps graphemes whole', () => {
    expect([cut('abcdef', 4), cut('日本語', 4), cut('abc', 3)]).toEqual(['abc…', '日…', 'abc'])
    expect(cut('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…')
  })
})

describe('results', () => {
  const config = configOf(['pos', 'chunk', 'ner'])
  const lines = resultLines(fakeReport(config), 80, plain)

  test('have one row per method with dev, test and parameters', () => {
    expect(lines.find((line) => line.startsWith('hard sharing'))).toMatch(
      /92\.00 +91\.00 +92\.10 +91\.10 +92\.20 +91\.20 +534k$/,
    )
    expect(lines.find((line) => line.startsWith('sparse sharing'))).toMatch(/396k$/)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  test('explain the scores', () => {
    expect(lines.join(' ')).toContain('pos: token accuracy; chunk, ner: span F1 (conlleval)')
    expect(lines.join('\n')).toContain('test was read once, at the end')
  })

  test('without test files have no test column', () => {
    const report = fakeReport(config)
    for (const task of report.tasks) task.test = null
    const text = resultLines(report, 80, plain).join('\n')
    expect(text).toContain('there is no test file')
    expect(text).not.toMatch(/\btest\b.*\n─/)
  })

  test('of many tasks are split to fit the width', () => {
    const many = configOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(resultLines(fakeReport(many), 80, plain).filter((line) => line.length > 80)).toEqual([])
  })
})

test('subnets show the curve and the choice', () => {
  const text = ticketLines(curvesOf(fakeReport(configOf(['pos', 'ner'])).tickets), 80, plain).join('\n')
  expect(text).toMatch(/ 1 +89\.00 % +91\.00 +95\.25 \*/)
  expect(text).toContain('ner  ▁█▄▅▆  * round 1, density 89.00 % (472,350 weights), dev 95.25')
})

test('sparkline', () => {
  expect([sparkline([0, 7]), sparkline([3, 3]), sparkline([])]).toEqual(['▁█', '██', ''])
})

test('overlap shows all tasks, pairs and layers; nothing for one task; no "all tasks" for one pair', () => {
  const three = overlapLines(fakeReport(configOf(['pos', 'chunk', 'ner'])), 80, plain).join('\n')
  expect(three).toMatch(/whole network +0\.123 +0\.200 +0\.210 +0\.300/)
  expect(three).toMatch(/bilstm\.0\.bw\.W +0\.321/)
  expect(overlapLines(fakeReport(configOf(['pos', 'ner'])), 80, plain).join('\n')).not.toContain('all tasks')
  expect(overlapLines({ ...fakeReport(configOf(['pos'])), overlap: null }, 80, plain)).toEqual([])
})

test('differences from the paper’s settings include those of tasks, but not the data', () => {
  expect(changedSettings(configOf(['pos'], { name: 'x', seed: 1 }))).toEqual([])
  const config = configOf(['pos'], { imp: { epochs: 3 }, model: { crf: true } })
  config.tasks.pos.trainScheme = 'IOB2'
  expect(changedSettings(config).map(({ name, value }) => `${name}=${String(value)}`)).toEqual([
    'tasks.pos.trainScheme=IOB2',
    'model.crf=true',
    'imp.epochs=3',
  ])
})

test('numbers', () => {
  expect([grouped(0), grouped(999), grouped(1000), grouped(1234567)]).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([533_930, 1_497_130, 1_601_790].map(thousands)).toEqual(['534k', '1497k', '1602k'])
  expect([percent(0.5012), percent(1)]).toEqual(['50.12 %', '100.00 %'])
  expect([score(89.392), score(null), score(Number.NaN)]).toEqual(['89.39', '–', '–'])
  expect([compact(950), compact(12_345), compact(123_456), compact(2.5e6)]).toEqual(['950', '12.3k', '123k', '2.5M'])
  expect([0.42, 2, 59.4, 60, 75, 3600, 7500, 90_000].map(duration)).toEqual([
    '0.4 s',
    '2 s',
    '59 s',
    '1 min',
    '1 min 15 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
  ])
  expect([bytes(0), bytes(999), bytes(2048), bytes(5e6)]).toEqual(['0 B', '999 B', '2.0 kB', '5.0 MB'])
})

test.each<[string | undefined, Record<string, string>, NodeJS.Platform, string]>([
  ['x.db', { SPARSE_SHARING_DB: 'y.db' }, 'linux', '/here/x.db'],
  [undefined, { SPARSE_SHARING_DB: 'y.db' }, 'linux', '/here/y.db'],
  [undefined, { HOME: '/home/a', XDG_DATA_HOME: '/data' }, 'linux', '/data/sparse-sharing-studio/studio.db'],
  [
    undefined,
    { HOME: '/home/a', XDG_DATA_HOME: 'relative' },
    'linux',
    '/home/a/.local/share/sparse-sharing-studio/studio.db',
  ],
  [undefined, { HOME: '/Users/a' }, 'darwin', '/Users/a/Library/Application Support/sparse-sharing-studio/studio.db'],
  [
    undefined,
    { APPDATA: 'C:\\Users\\a\\AppData\\Roaming' },
    'win32',
    'C:\\Users\\a\\AppData\\Roaming\\sparse-sharing-studio\\studio.db',
  ],
])('database: --db %s, %j on %s is %s', (given, env, platform, path) => {
  expect(databasePath(given, env, '/here', platform)).toBe(path)
})
