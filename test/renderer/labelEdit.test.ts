/** Keys of the labelling view, and edits of the answers of a sentence. */
import { describe, expect, test } from 'vitest'
import { editCells, leastCertain } from '../../renderer/features/annotate/cells.ts'
import { cleared, resized, withLabel } from '../../renderer/features/annotate/edit.ts'
import { commandOf, keysOf, LABEL_KEYS } from '../../renderer/features/annotate/keys.ts'
import { startingAnswers, unlabelled } from '../../renderer/features/annotate/sentence.ts'
import { answerProblem, tagsOfAnswer, type Answer, type AnswerSpan } from '../../shared/annotation/project.ts'
import type { SentenceTags } from '../../shared/tags/tagging.ts'
import { spansOf } from '../../shared/tags/tags.ts'
import { Draw } from '../support/arrays.ts'

const spans = (...all: [type: string, from: number, to: number][]): Answer => ({
  task: 'np',
  labels: null,
  spans: all.map(([type, from, to]) => ({ type, from, to })),
})
const labels = (...all: string[]): Answer => ({ task: 'pos', labels: all, spans: null })

describe('what one does to answers', () => {
  test('words get a label; spans are made, and others give way to them', () => {
    expect(withLabel(labels('a', 'b', 'c'), 1, 3, 'x')).toEqual(labels('a', 'x', 'x'))
    expect(withLabel(spans(), 1, 2, 'P')).toEqual(spans(['P', 1, 2]))
    expect(withLabel(spans(['P', 0, 5]), 1, 3, 'Q')).toEqual(spans(['P', 0, 1], ['Q', 1, 3], ['P', 3, 5]))
    expect(withLabel(spans(['P', 0, 2], ['P', 3, 4], ['Q', 4, 6]), 1, 5, 'R')).toEqual(
      spans(['P', 0, 1], ['R', 1, 5], ['Q', 5, 6]),
    )
    expect(withLabel(spans(['P', 1, 3]), 1, 3, 'Q')).toEqual(spans(['Q', 1, 3]))
  })

  test('a span goes as a whole; a label goes back to what was suggested', () => {
    expect(cleared(spans(['P', 0, 2], ['Q', 3, 4]), 1, 2, null)).toEqual(spans(['Q', 3, 4]))
    expect(cleared(labels('x', 'y'), 0, 1, labels('a', 'b'))).toEqual(labels('a', 'y'))
  })

  test('a span grows over its neighbours, shrinks to one word, and stays in the sentence', () => {
    const two = spans(['P', 1, 2], ['Q', 2, 4])
    expect(resized(two, 1, 'end', 1, 5)).toEqual(spans(['P', 1, 3], ['Q', 3, 4]))
    expect(resized(two, 2, 'start', -1, 5)).toEqual(spans(['Q', 1, 4]))
    expect(resized(two, 3, 'end', -1, 5)).toEqual(spans(['P', 1, 2], ['Q', 2, 3]))
    expect(resized(spans(['P', 1, 2]), 1, 'end', -1, 5)).toEqual(spans(['P', 1, 2]))
    expect(resized(spans(['P', 4, 5]), 4, 'end', 1, 5)).toEqual(spans(['P', 4, 5]))
    expect(resized(two, 0, 'end', 1, 5)).toBe(two)
  })

  test('whatever is done, spans stay in order and apart, and come back from tags in any scheme', () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = new Draw('edits', String(seed))
      const length = draw.int(1, 9)
      let answer = spans()
      for (let n = 0; n < 12; n++) {
        const from = draw.int(0, length)
        const to = draw.int(from, length) + 1
        const kind = draw.int(0, 3)
        if (kind === 0) answer = withLabel(answer, from, Math.min(to, length), 'PQ'[draw.int(0, 2)])
        else if (kind === 1)
          answer = resized(answer, from, draw.int(0, 2) === 0 ? 'start' : 'end', draw.int(0, 2) === 0 ? 1 : -1, length)
        else if (draw.int(0, 4) === 0) answer = cleared(answer, from, to, null)
        expect(answerProblem([answer], [{ name: 'np', kind: 'span', labels: [] }], length)).toBeNull()
        for (const scheme of ['IOB1', 'IOB2', 'BIOES', 'BILOU'] as const) {
          expect(
            spansOf(tagsOfAnswer(answer, length, scheme)).map(({ type, start, end }): AnswerSpan => ({
              type,
              from: start,
              to: end,
            })),
          ).toEqual(answer.spans)
        }
      }
    }
  })
})

test('cells tell what is not as suggested, and how sure the model was of the rest', () => {
  const suggested: SentenceTags = {
    task: 'np',
    tags: ['B-P', 'I-P', 'O'],
    confidence: [0.9, 0.6, 0.7],
    spans: [{ type: 'P', from: 0, to: 2, confidence: 0.6 }],
  }
  const told = (answer: Answer, tags: SentenceTags | null) =>
    editCells(answer, tags, 3).map(({ label, first, last, sure, changed }) => [label, first, last, sure, changed])
  expect(told(spans(['P', 0, 2]), suggested)).toEqual([
    ['P', true, false, 0.6, false],
    ['', false, true, 0.6, false],
    ['', false, false, 0.7, false],
  ])
  expect(told(spans(['', 0, 1], ['P', 1, 2]), suggested)).toEqual([
    ['●', true, true, null, true],
    ['P', true, true, null, true],
    ['', false, false, 0.7, false],
  ])
  expect(
    told(labels('a', 'b', 'c'), { task: 'pos', tags: ['a', 'x', 'c'], confidence: [0.5, 0.4, 1], spans: null }),
  ).toEqual([
    ['a', false, false, 0.5, false],
    ['b', false, false, null, true],
    ['c', false, false, 1, false],
  ])
  expect(told(spans(['P', 2, 3]), null).map(([label]) => label)).toEqual(['', '', 'P'])
  expect(
    leastCertain([
      { task: 'pos', tags: ['a', 'x'], confidence: [0.5, 0.4], spans: null },
      { ...suggested, confidence: [0.9, 0.3, 1] },
    ]),
  ).toEqual({ task: 1, word: 1 })
  expect(leastCertain([])).toEqual({ task: 0, word: 0 })
})

describe('keys', () => {
  const press = (key: string, held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) =>
    commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held })

  test('labels have keys that do nothing else', () => {
    expect(new Set(LABEL_KEYS).size).toBe(LABEL_KEYS.length)
    for (const key of LABEL_KEYS) expect(press(key)).toEqual({ does: 'label', key })
    expect(keysOf([{ key: null }, { key: 'x' }, { key: '1' }, { key: null }])).toEqual([null, 'x', '1', '4'])
  })

  test('do what the list says, and leave the browser its own', () => {
    expect(['Enter', 's', 'u', '/', 'Backspace', 'PageDown', 'Escape'].map((key) => press(key)?.does)).toEqual([
      'save',
      'skip',
      'undo',
      'find',
      'remove',
      'next',
      'leave',
    ])
    expect(press('?', { shiftKey: true })).toEqual({ does: 'keys' })
    expect(press('ArrowRight', { shiftKey: true })).toEqual({ does: 'extend', edge: 'end', by: 1 })
    expect(press('ArrowLeft', { shiftKey: true, ctrlKey: true })).toEqual({ does: 'extend', edge: 'start', by: -1 })
    expect([press('z', { ctrlKey: true }), press('z', { metaKey: true })]).toEqual([{ does: 'undo' }, { does: 'undo' }])
    for (const ignored of [
      press('a', { ctrlKey: true }),
      press('r', { metaKey: true }),
      press('ArrowLeft', { altKey: true }),
      press('A', { shiftKey: true }),
      press('F5'),
      press('Tab'),
      press('toString'),
    ])
      expect(ignored).toBeNull()
  })
})

test('a sentence starts with a person’s answers, then suggestions, then nothing, task by task', () => {
  const tasks = [
    { name: 'pos', kind: 'token' as const, labels: [] },
    { name: 'np', kind: 'span' as const, labels: [] },
  ]
  const blank = { answers: null, suggestion: null, words: ['a', 'b'] }
  expect(startingAnswers(tasks, blank)).toEqual([
    { task: 'pos', labels: [null, null], spans: null },
    { task: 'np', labels: null, spans: [] },
  ])
  expect(unlabelled(startingAnswers(tasks, blank))).toBe(2)
  const suggestion = {
    ...{ from: 'corpus' as const, run: null, method: null, uncertainty: null },
    tags: [{ task: 'pos', tags: ['X', null], confidence: null, spans: null }],
  }
  expect(startingAnswers(tasks, { ...blank, suggestion })[0]).toEqual({ task: 'pos', labels: ['X', null], spans: null })
  const answers = [{ task: 'pos', labels: ['Y', 'Y'], spans: null }]
  expect(startingAnswers(tasks, { ...blank, suggestion, answers })[0]).toEqual(answers[0])
  expect(unlabelled(answers)).toBe(0)
})
