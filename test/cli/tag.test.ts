/** The command `tag` with a small trained run. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { countsBySentence } from '../../shared/tags/scoring.ts'
import { tinyConfig } from '../support/corpus.ts'
import { finished } from '../support/experiments.ts'
import { run, type Setup } from './helpers.ts'

let cwd: string
let words: string[][]
beforeAll(async () => {
  cwd = (await finished(tinyConfig({ methods: ['hard'], joint: { epochs: 15 } }))).folder
  words = readFileSync(join(cwd, 'dev.txt'), 'utf8')
    .trim()
    .split('\n\n')
    .map((sentence) => sentence.split('\n').map((line) => line.split(' ')[0]))
})

const tag = (argv: string[], setup: Partial<Setup> = {}) =>
  run(['tag', 'last', '--db', 'runs.db', ...argv], { cwd, ...setup })
const columns = (text: string) =>
  text
    .trimEnd()
    .split('\n\n')
    .map((sentence) => sentence.split('\n').map((line) => line.split('\t')))

async function* bytes(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}

test('columns of the file stay, and each task adds one; reading them again gives the same tokens', async () => {
  const { out, err, code } = await tag(['dev.txt', '--format', 'conll'])
  expect(code).toBe(0)
  expect(err).toMatch(/^tiny, hard: pos, np\n15 sentences, \d+ tokens, \S+ tokens\/s\n$/)
  const rows = columns(out)
  expect(rows.map((sentence) => sentence.map(([word]) => word))).toEqual(words)
  expect(rows[0][0].length).toBe(5)
  expect(
    rows.flat().every(([, , , pos, np]) => /^(DET|ADJ|NOUN|VERB|X)$/.test(pos) && /^(O|[BIES]-NP)$/.test(np)),
  ).toBe(true)
  writeFileSync(join(cwd, 'tagged.conll'), out)
  const again = columns((await tag(['tagged.conll', '--task', 'pos'])).out)
  expect(again.map((sentence) => sentence.map((row) => row.slice(0, 5)))).toEqual(rows)
  expect(again.flat().every((row) => row.length === 6 && row[5] === row[3])).toBe(true)
})

test('gzip, standard input, tokens and JSON lines give the same tags', async () => {
  const expected = columns((await tag(['dev.txt', '--format', 'conll'])).out).map((sentence) =>
    sentence.map((row) => row[3]),
  )
  const text = words.map((sentence) => sentence.join(' ')).join('\n')
  const { out } = await tag(['-', '--format', 'tokens', '--out-format', 'jsonl', '--confidence'], {
    stdin: bytes(gzipSync(text)),
  })
  const found = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(found.map(({ tags }) => tags.pos)).toEqual(expected)
  expect(found[0]).toMatchObject({ text: words[0].join(' ') })
  expect(found[0].tokens[0]).toEqual({ text: words[0][0], start: 0, end: words[0][0].length })
  expect(
    found.every(
      ({ confidence, tokens }) =>
        confidence.np.length === tokens.length && confidence.np.every((p: number) => p > 0 && p <= 1),
    ),
  ).toBe(true)
  expect(found.flatMap(({ spans }) => spans.np).length).toBeGreaterThan(0)
})

/**
 * Span F1 in percent by the rules of conlleval.pl: of each line the last two columns, gold and guess. A span ends before
 * O, before B and before another type; it begins with B, or with I after O or after another type.
 */
function conlleval(text: string): number {
  let [gold, guessed, correct] = [0, 0, 0]
  for (const rows of columns(text)) {
    const spansOf = (column: number) => {
      const spans: string[] = []
      let open: { type: string; from: number } | null = null
      ;[...rows.map((row) => row.at(column)!), 'O'].forEach((tag, t) => {
        const [prefix, type = ''] = tag === 'O' ? ['O'] : tag.split('-')
        if (open !== null && (prefix !== 'I' || type !== open.type)) {
          spans.push(`${open.from}-${t} ${open.type}`)
          open = null
        }
        if (open === null && prefix !== 'O') open = { type, from: t }
      })
      return spans
    }
    const [right, found] = [spansOf(-2), spansOf(-1)]
    gold += right.length
    guessed += found.length
    correct += found.filter((span) => right.includes(span)).length
  }
  return (200 * correct) / (gold + guessed)
}

test('columns with gold tags are scored by conlleval as they stand, to the score of the run', async () => {
  const { out } = await tag(['dev.txt', '--task', 'np', '--out-format', 'conll'])
  expect(columns(out)[0][0]).toHaveLength(4)
  const store = openStore(join(cwd, 'runs.db'))
  const { id } = store.getRun('last')
  const dev = store.loadEvaluation(id, 'dev', 'np')!
  const counts = countsBySentence({ ...dev, predicted: store.loadPrediction(id, dev, 'hard')!.tags })
  store.close()
  const sum = (first: number) => counts.reduce((total, count, i) => total + (i % 3 === first ? count : 0), 0)
  expect(sum(2)).toBeGreaterThan(0)
  expect(conlleval(out)).toBeCloseTo((200 * sum(2)) / (sum(0) + sum(1)), 10)
})

test('a pipe is read as the same file would be, however small its pieces are', async () => {
  const text = readFileSync(join(cwd, 'dev.txt'), 'utf8')
  // The first line alone could be anything.
  async function* pieces() {
    for (const line of text.split(/(?<=\n)/)) yield Buffer.from(line)
  }
  const piped = await tag(['-'], { stdin: pieces() })
  expect(piped.err).toContain('standard input is read as CoNLL columns')
  expect(piped.out).toBe((await tag(['dev.txt'])).out)
})

test('with --format, a typed line is answered before the next', async () => {
  let answers = 0
  let answered = Promise.withResolvers<void>()
  async function* typing() {
    for (const line of ['dbm acn obm\n', 'ebm\n', 'dcn']) {
      yield Buffer.from(line)
      // The last line has no line break, so it is answered at the end of the input.
      if (line.endsWith('\n')) await answered.promise
      answered = Promise.withResolvers()
    }
  }
  const { out, code } = await tag(['--format', 'text'], {
    stdin: typing(),
    onOut: () => {
      answers++
      answered.resolve()
    },
  })
  expect([code, answers, columns(out).map((sentence) => sentence.length)]).toEqual([0, 3, [3, 1, 1]])
})

test('on a terminal, tags are below their words and fit its width', async () => {
  const { out, err } = await tag(['-'], {
    stdin: bytes('dbm acn obm ecm dbn abm obn ecn dbm acn obm\n'),
    tty: true,
    columns: 40,
    env: { NO_COLOR: '1' },
  })
  expect(out).toMatch(/^ {5}dbm .*\npos {2}\S+ .*\nnp/)
  expect(out.split('\n').every((line) => line.length <= 40)).toBe(true)
  expect(err).toContain('Ctrl-D')
})

test('--scheme changes the scheme of spans, --offsets the unit of offsets', async () => {
  const spans = async (...flags: string[]) =>
    columns((await tag(['dev.txt', '--format', 'conll', ...flags])).out).flatMap((sentence) =>
      sentence.map((row) => row[4]),
    )
  const scored = await spans()
  const trained = await spans('--scheme', 'BIOES')
  expect(trained).toContain('S-NP')
  expect(scored).toEqual(trained.map((name) => name.replace('S-', 'B-').replace('E-', 'I-')))
  const at = async (unit: string) =>
    JSON.parse((await tag(['--out-format', 'jsonl', '--offsets', unit], { stdin: bytes('👍🏽 dbm\n') })).out)
  expect(await at('codePoints')).toMatchObject({
    start: 0,
    tokens: [
      { start: 0, end: 2 },
      { text: 'dbm', start: 3, end: 6 },
    ],
  })
  expect(await at('utf16')).toMatchObject({
    start: 0,
    tokens: [
      { start: 0, end: 4 },
      { text: 'dbm', start: 5, end: 8 },
    ],
  })
})

describe('--out', () => {
  test('appears once it is complete', async () => {
    const { out, err } = await tag(['dev.txt', '--format', 'conll', '--out', 'whole.conll'])
    expect(out).toBe('')
    expect(err).toContain('written to whole.conll')
    expect(columns(readFileSync(join(cwd, 'whole.conll'), 'utf8')).length).toBe(15)
  })

  test('does not appear, not even in part, if the input has a problem', async () => {
    writeFileSync(join(cwd, 'faulty.txt'), 'dbm\n'.repeat(3) + '\n\tx\n')
    const { err, code } = await tag(['faulty.txt', '--format', 'conll', '--words', '1', '--out', 'half.conll'])
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(
        'faulty.txt:1: found 1 column separated by spaces ("dbm"), expected the words in column 1',
      ),
    ])
    expect(readdirSync(cwd).filter((name) => name.startsWith('half'))).toEqual([])
    expect(await tag(['dev.txt', '--out', 'no/where.txt'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('where.txt cannot be written: ENOENT'),
    })
  })
})

test.each<[string[], number, string]>([
  [
    ['dev.txt', '--method', 'dense'],
    2,
    '--method: found "dense", expected one of single, subnet, hard, soft, hierarchical, sparse',
  ],
  [['dev.txt', '--method', 'sparse'], 1, 'has not chosen its subnets yet'],
  [['dev.txt', '--task', 'pos,ner'], 1, 'has no task ner; it has pos, np'],
  [['dev.txt', '--words', '-1'], 2, '--words: found "-1"'],
  [['none.txt'], 1, 'none.txt: found no such file'],
  [['binary.txt'], 1, 'binary.txt:2: found bytes that are not UTF-8'],
  [['cut.gz'], 1, 'cut.gz: found a broken gzip file'],
])('%j is reported', async (argv, code, message) => {
  writeFileSync(join(cwd, 'binary.txt'), Buffer.from([0x61, 0x0a, 0xff, 0x0a]))
  writeFileSync(join(cwd, 'cut.gz'), gzipSync('dbm '.repeat(1000)).subarray(0, 30))
  expect(await tag(argv)).toMatchObject({ code, err: expect.stringContaining(message) })
})
