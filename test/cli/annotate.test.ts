/** The command `corrections`: what people corrected, as a list and as files that read back to the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { tokeniseSentence } from '../../main/tagger/tokenise.ts'
import type { Answer } from '../../shared/annotation/project.ts'
import { sentenceOfWords } from '../../shared/tags/tagging.ts'
import { folderWith } from '../config/helpers.ts'
import { MODEL, project } from '../store/annotationProject.ts'
import { run } from './helpers.ts'

const QUEUE = { order: 'file', filter: 'open' } as const
const answers = (labels: string[], spans: [string, number, number][]): Answer[] => [
  { task: 'pos', labels, spans: null },
  { task: 'np', labels: null, spans: spans.map(([type, from, to]) => ({ type, from, to })) },
]

/** One accepted, one fixed, one skipped, one open. */
function corrected(): string {
  const cwd = folderWith({})
  const store = openStore(join(cwd, 'studio.db'))
  const rows = sentenceOfWords(['Bob', 'ran'], { format: 'conll', lines: ['Bob\tX\tY', 'ran\tX\tY'] })
  store.annotation.create(
    project([
      tokeniseSentence('👍🏽 dogs ran', { utf16: 0, codePoints: 0 })!,
      rows,
      sentenceOfWords(['no']),
      sentenceOfWords(['not', 'yet']),
    ]),
  )
  store.annotation.suggest('p', MODEL, [
    {
      position: 1,
      tags: [
        { task: 'pos', tags: ['N', 'V'], confidence: [1, 0.5], spans: null },
        { task: 'np', tags: ['B-NP', 'O'], confidence: [1, 1], spans: [{ type: 'NP', from: 0, to: 1, confidence: 1 }] },
      ],
    },
  ])
  store.annotation.decide('p', 0, null, answers(['S', 'N', 'V'], [['NP', 0, 2]]), QUEUE)
  store.annotation.decide('p', 1, null, answers(['N', 'V'], [['NP', 0, 1]]), QUEUE)
  store.annotation.decide('p', 2, null, null, QUEUE)
  store.close()
  return cwd
}

test('lists corrections as a table and as JSON', async () => {
  const cwd = corrected()
  const { out } = await run(['corrections'], { cwd })
  expect(out.split('\n')[2].trim().split(/ {2,}/).slice(0, 8)).toEqual([
    'news',
    'news.txt',
    'pos,np',
    'first',
    '1',
    '1',
    '1',
    '1',
  ])
  expect(JSON.parse((await run(['corrections', '--json'], { cwd })).out)).toMatchObject([
    { id: 'p', name: 'news', counts: { open: 1, accepted: 1, fixed: 1, skipped: 1 } },
  ])
  expect((await run(['corrections'], { cwd: folderWith({}) })).out).toBe('no annotation projects yet\n')
})

test('writes accepted and fixed sentences, as columns that convert reads and as JSON lines', async () => {
  const cwd = corrected()
  const conll = '👍🏽\tS\tB-NP\ndogs\tN\tI-NP\nran\tV\tO\n\nBob\tN\tB-NP\nran\tV\tO\n\n'
  expect(await run(['corrections', 'news'], { cwd })).toEqual({
    code: 0,
    out: conll,
    err: 'news: 1 accepted, 1 fixed sentences of pos, np\n',
  })
  expect((await run(['corrections', 'p', '--out', 'news.conll', '--scheme', 'BIOES'], { cwd })).code).toBe(0)
  expect(readFileSync(join(cwd, 'news.conll'), 'utf8')).toBe(
    conll.replace('I-NP', 'E-NP').replace('Bob\tN\tB-NP', 'Bob\tN\tS-NP'),
  )
  expect((await run(['convert', 'news.conll', '--to', 'doccano', '--task', 'np=2'], { cwd })).out).toContain(
    '"text":"👍🏽 dogs ran"',
  )
  const json = (await run(['corrections', 'news', '--format', 'jsonl'], { cwd })).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(json).toMatchObject([
    {
      text: '👍🏽 dogs ran',
      state: 'fixed',
      suggestedBy: null,
      spans: { np: [{ type: 'NP', start: 0, end: 7, from: 0, to: 2 }] },
      tags: { pos: ['S', 'N', 'V'] },
    },
    { text: 'Bob ran', state: 'accepted', suggestedBy: MODEL.run },
  ])
})

test('reports a name that does not exist', async () => {
  const cwd = corrected()
  expect(await run(['corrections', 'olds'], { cwd })).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no annotation project olds; available: news'),
  })
  expect(await run(['corrections', 'news', '--format', 'xml'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected one of conll, jsonl'),
  })
})
