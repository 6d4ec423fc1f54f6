/** Tagging through the requests, over a small trained run. */
import { expect, onTestFinished, test } from 'vitest'
import type { TaggingResults } from '../../shared/protocol/requests/tagging.ts'
import { openTestApi } from '../support/api.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, finished, type Experiment } from '../support/experiments.ts'

function callerOf({ store }: Experiment) {
  const api = openTestApi(store)
  onTestFinished(() => api.close())
  return async <K extends keyof TaggingResults>(name: K, args: object) => {
    const reply = await api.call(name, args)
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
    // Sent as JSON.
    expect(JSON.parse(JSON.stringify(reply.value))).toEqual(reply.value)
    return reply.value as TaggingResults[K]
  }
}

test('a text is returned in sentences, with tags, spans and confidences of the requested tasks', async () => {
  const call = callerOf(await finished(tinyConfig({ methods: ['hard', 'single'] })))
  expect(await call('tag.run', { run: 'last' })).toMatchObject({
    name: 'tiny',
    methods: ['single', 'hard'],
    method: 'hard',
    tasks: [
      { name: 'pos', kind: 'token' },
      { name: 'np', kind: 'span', scheme: 'BIOES' },
    ],
  })

  const { tagger, sentences } = await call('tag.sentences', { run: 'last', text: '👍🏽 dbm. Acn\nobm' })
  expect(tagger.method).toBe('hard')
  expect(sentences.map(({ text, start, words, offsets }) => ({ text, start, words, offsets }))).toEqual([
    {
      text: '👍🏽 dbm.',
      start: 0,
      words: ['👍🏽', 'dbm', '.'],
      offsets: [
        [0, 4],
        [5, 8],
        [8, 9],
      ],
    },
    { text: 'Acn', start: 10, words: ['Acn'], offsets: [[0, 3]] },
    { text: 'obm', start: 14, words: ['obm'], offsets: [[0, 3]] },
  ])
  for (const { words, tasks } of sentences) {
    expect(tasks.map(({ task, spans }) => [task, spans !== null])).toEqual([
      ['pos', false],
      ['np', true],
    ])
    expect(
      tasks.every(({ tags, confidence }) => tags.length === words.length && confidence!.length === words.length),
    ).toBe(true)
  }

  const tokens = await call('tag.sentences', {
    run: 'last',
    method: 'single',
    tasks: ['pos'],
    text: "do n't",
    format: 'tokens',
  })
  expect(tokens).toMatchObject({
    tagger: { method: 'single' },
    sentences: [{ words: ['do', "n't"], start: null, tasks: [{ task: 'pos' }] }],
  })
  expect((await call('tag.sentences', { run: 'last', text: ' \n' })).sentences).toEqual([])
})

test('problems are reported', async () => {
  const call = callerOf(await created(tinyConfig()))
  expect(await call('tag.run', { run: 'last' })).toMatchObject({ methods: [], method: null })
  await expect(call('tag.sentences', { run: 'last', text: 'a' })).rejects.toThrow('no trained network yet')
  await expect(call('tag.sentences', { run: 'nobody', text: 'a' })).rejects.toThrow('There is no run nobody.')
  await expect(call('tag.sentences', { run: 'last', text: 'a', format: 'conll' })).rejects.toThrow('badArguments')
})
