/** The command `convert` with files of the annotation tools, and the output of `tag` for them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inspectFile } from '../../main/data/inspect.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import { configSchema } from '../../shared/settings/config.ts'
import { folderOf, tinyConfig } from '../support/corpus.ts'
import { finished } from '../support/experiments.ts'
import { run, type Setup } from './helpers.ts'

const FITTING = {
  id: 1,
  text: '👍🏽 Ann Lee met Bob in Rome. He left.',
  label: [
    [5, 12, 'PER'],
    [17, 20, 'PER'],
    [24, 28, 'LOC'],
  ],
}
const CUTTING = { id: 2, text: "Bob's car", label: [[0, 3, 'PER']] }
const jsonl = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')

const cwd = folderOf({
  'fit.jsonl': jsonl(FITTING),
  'cut.jsonl': jsonl(FITTING, CUTTING),
  'broken.jsonl': `${jsonl(FITTING)}{"text": \n`,
})
const convert = (argv: string[], setup: Partial<Setup> = {}) => run(['convert', ...argv], { cwd, ...setup })

async function* bytes(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

test('columns are written as train reads them', async () => {
  const { code, out, err } = await convert([
    'cut.jsonl',
    '--to',
    'conll',
    '--task',
    'ner',
    '--spans',
    'snap',
    '--out',
    'ner.conll',
  ])
  expect([code, out]).toEqual([0, ''])
  expect(err).toBe(
    [
      'note: cut.jsonl is read as doccano’s JSON; --from reads it otherwise',
      'cut.jsonl:2: ner: "Bob" (PER, characters 0 to 3) cuts the token 0, "Bob\'s": taken as the token 0, "Bob\'s"',
      'note: spans made to fit: 1',
      'doccano to conll: 2 read, 3 written to ner.conll; ner (4 spans)',
      '',
    ].join('\n'),
  )
  const config = configSchema.parse({
    corpora: { c: { train: 'ner.conll', dev: 'ner.conll' } },
    tasks: { ner: { tags: 1 } },
  })
  const { data, issues } = await loadExperimentData(config, cwd)
  expect(issues.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(data?.tasks[0]).toMatchObject({ kind: 'span', fileScheme: 'IOB2' })
  // The studio's import detects its columns.
  const { format, columns } = await inspectFile(join(cwd, 'ner.conll'), 'ner.conll')
  expect([format, columns.map(({ guess }) => guess)]).toEqual([
    'conll',
    [null, { name: 'ner', kind: 'span', scheme: 'IOB2' }],
  ])
})

test('standard input, gzip, one tool after the other', async () => {
  const prodigy = await convert(['-', '--to', 'prodigy', '--task', 'name=PER', '--task', 'place=LOC'], {
    stdin: bytes(gzipSync(jsonl(FITTING))),
  })
  expect(prodigy.err).toContain('labels bear the name of their task (ner:PER)')
  const studio = await convert(['--to', 'labelstudio'], { stdin: bytes(Buffer.from(prodigy.out)) })
  expect(
    JSON.parse(studio.out)[0].annotations[0].result.map((one: { from_name: string; value: object }) => [
      one.from_name,
      one.value,
    ]),
  ).toEqual([
    ['name', { start: 3, end: 10, text: 'Ann Lee', labels: ['PER'] }],
    ['name', { start: 15, end: 18, text: 'Bob', labels: ['PER'] }],
    ['place', { start: 22, end: 26, text: 'Rome', labels: ['LOC'] }],
  ])
  const back = await convert(['--to', 'doccano', '--task', 'ner=name,place'], { stdin: bytes(Buffer.from(studio.out)) })
  expect(JSON.parse(back.out)).toMatchObject(FITTING)
})

describe('--out', () => {
  test.each([
    [
      'spans that cross token boundaries',
      ['cut.jsonl', '--to', 'conll'],
      'error: cut.jsonl: 1 span does not fit, nothing was written; --spans snap',
    ],
    ['a problem in the file', ['broken.jsonl', '--to', 'conll'], 'error: broken.jsonl:2: found no JSON'],
  ])('is not written after %s', async (_, argv, message) => {
    const { code, out, err } = await convert([...argv, '--out', 'half.conll'])
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(message)])
    expect(existsSync(join(cwd, 'half.conll'))).toBe(false)
    expect(readdirSync(cwd).filter((name) => name.includes('.part'))).toEqual([])
  })
})

test.each<[string[], number, string]>([
  [['fit.jsonl'], 2, 'convert needs --to FORMAT: one of conll, conllu, doccano, prodigy, labelstudio'],
  [['fit.jsonl', '--to', 'xml'], 2, '--to: found "xml", expected one of'],
  [['fit.jsonl', '--to', 'conll', '--task', 'a b'], 2, '--task: found "a b", expected a name'],
  [['fit.jsonl', '--to', 'conll', '--task', 'a', '--task', 'a=X'], 2, '--task a is given twice'],
  [['fit.jsonl', '--to', 'conll', '--kind', 'ner=words'], 2, '--kind ner: found "words", expected NAME=span'],
  [['none.jsonl', '--to', 'conll'], 1, 'none.jsonl: found no such file'],
])('%j is reported', async (argv, code, message) => {
  expect(await convert(argv)).toMatchObject({ code, out: '', err: expect.stringContaining(message) })
})

describe('the output of tag for the tools', () => {
  test('converts back to the same tags as in columns; Label Studio gets suggestions with scores', async () => {
    const { folder } = await finished(tinyConfig({ methods: ['hard'], joint: { epochs: 15 } }))
    const tag = (...argv: string[]) =>
      run(['tag', 'last', 'dev.txt', '--format', 'conll', '--db', 'runs.db', ...argv], { cwd: folder })
    const rows = (text: string) =>
      text
        .trimEnd()
        .split('\n\n')
        .map((sentence) => sentence.split('\n').map((row) => row.split('\t')))
    const expected = rows((await tag('--scheme', 'IOB2')).out).map((sentence) =>
      sentence.map((row) => [row[0], row[3], row[4]]),
    )
    for (const tool of ['doccano', 'prodigy', 'labelstudio']) {
      const { err: printed } = await tag('--out-format', tool, '--out', `tagged.${tool}`)
      if (tool === 'labelstudio')
        expect(printed).toContain(
          '<Labels name="np" toName="text"><Label value="NP"/></Labels><Text name="text" value="$text"/></View>',
        )
      const { out, err } = await run(['convert', `tagged.${tool}`, '--to', 'conll', '--annotator', 'predictions'], {
        cwd: folder,
      })
      expect(rows(out), err).toEqual(expected)
    }
    const tasks = JSON.parse(readFileSync(join(folder, 'tagged.labelstudio'), 'utf8'))
    expect(tasks).toHaveLength(15)
    for (const {
      predictions: [{ model_version, score, result }],
    } of tasks) {
      expect(model_version).toBe('tiny, hard')
      expect(score).toBe(Math.min(score, ...result.map((one: { score: number }) => one.score)))
      expect(result.every((one: { score: number }) => one.score > 0 && one.score <= 1)).toBe(true)
    }
    expect(JSON.parse(readFileSync(join(folder, 'tagged.prodigy'), 'utf8').split('\n')[0])).not.toHaveProperty('answer')
  })

  test('is a complete JSON array for empty input', async () => {
    const { folder } = await finished(tinyConfig({ methods: ['hard'], joint: { epochs: 15 } }))
    expect(
      JSON.parse((await run(['tag', 'last', '--db', 'runs.db', '--out-format', 'labelstudio'], { cwd: folder })).out),
    ).toEqual([])
  })
})
