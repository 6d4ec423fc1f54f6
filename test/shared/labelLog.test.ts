/** Edits of labels as a log: what was written before, between and after an edit reads right, also once it is undone. */
import { expect, test } from 'vitest'
import { LabelLog, type Edit, type LogEntry } from '../../shared/annotation/labelLog.ts'
import type { Answer } from '../../shared/annotation/project.ts'

const rename: Edit = { do: 'rename', task: 'ner', from: 'PER', to: 'PERSON' }
const merge: Edit = { do: 'merge', task: 'ner', from: 'GPE', into: 'LOC' }
const log = (...entries: [edit: Edit, undoes?: number][]) =>
  new LabelLog(entries.map(([edit, undoes = null], i): LogEntry => ({ id: i + 1, edit, undoes })))
const span = (type: string, task = 'ner'): Answer[] => [{ task, labels: null, spans: [{ type, from: 0, to: 1 }] }]

test('later edits are applied to what was written before them, and not to what knew them', () => {
  const edited = log([rename], [merge])
  expect(edited.answers(span('PER'), 0)).toEqual(span('PERSON'))
  expect(edited.answers(span('GPE'), 1)).toEqual(span('LOC'))
  // A new label of the old name is another label.
  expect(edited.answers(span('PER'), 2)).toEqual(span('PER'))
  expect(edited.answers(span('PER', 'other'), 0)).toEqual(span('PER', 'other'))
})

test('an undone rename reads as before it, for what was written before and while it held', () => {
  const undone = log([rename], [rename, 1])
  expect(undone.answers(span('PER'), 0)).toEqual(span('PER'))
  expect(undone.answers(span('PERSON'), 1)).toEqual(span('PER'))
  expect(undone.undoable).toBeNull()
})

test('an undone merge separates the labels that were written before it', () => {
  expect(log([merge]).answers(span('GPE'), 0)).toEqual(span('LOC'))
  const undone = log([merge], [merge, 1])
  expect(undone.answers(span('GPE'), 0)).toEqual(span('GPE'))
  expect(undone.answers(span('LOC'), 0)).toEqual(span('LOC'))
})

test('tasks are renamed and deleted; suggestions follow their spans', () => {
  const edited = log(
    [{ do: 'renameTask', from: 'ner', to: 'names' }],
    [{ do: 'rename', task: 'names', from: 'A', to: 'B' }],
  )
  expect(edited.answers(span('A'), 0)).toEqual(span('B', 'names'))
  expect(
    edited.tags(
      [{ task: 'ner', tags: ['B-A', 'O'], confidence: null, spans: [{ type: 'A', from: 0, to: 1, confidence: 0.5 }] }],
      0,
    ),
  ).toEqual([
    { task: 'names', tags: ['B-B', 'O'], confidence: null, spans: [{ type: 'B', from: 0, to: 1, confidence: 0.5 }] },
  ])
  expect(log([{ do: 'deleteTask', task: 'ner' }]).answers(span('A'), 0)).toEqual([])
})
