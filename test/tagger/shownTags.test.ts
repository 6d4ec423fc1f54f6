/** The confidence beside a tag is that of the tag shown, also where an ill-formed sequence was repaired. */
import { expect, test } from 'vitest'
import { shownTags } from '../../main/tagger/shownTags.ts'
import { taggedSentences } from '../../main/tagger/tagged.ts'
import { sentenceOfWords, type TaggedTask } from '../../shared/tags/tagging.ts'
import type { TagScheme } from '../../shared/tags/tags.ts'
import { Draw } from '../support/arrays.ts'
import { batchSizesOf, rowsOf, total } from '../support/packed.ts'

const NAMES: Record<string, string[]> = {
  IOB1: ['O', 'I-A', 'B-A', 'I-B', 'B-B'],
  IOB2: ['O', 'I-A', 'B-A', 'I-B', 'B-B'],
  BIOES: ['O', 'B-A', 'I-A', 'E-A', 'S-A', 'B-B', 'I-B', 'E-B', 'S-B'],
  BILOU: ['O', 'B-A', 'I-A', 'L-A', 'U-A', 'B-B', 'I-B', 'L-B', 'U-B'],
}

test.each(Object.keys(NAMES) as TagScheme[])('%s: the ids are of the tags that the sentences get', (scheme) => {
  for (let seed = 0; seed < 50; seed++) {
    const draw = new Draw('shown tags', seed)
    const tagNames = NAMES[scheme]
    const lengths = Array.from({ length: draw.int(1, 5) }, () => draw.int(1, 7)).toSorted((a, b) => b - a)
    const batchSizes = batchSizesOf(lengths)
    const ids = Int32Array.from({ length: total(lengths) }, () => draw.int(0, tagNames.length))
    const task: TaggedTask = { name: 'ner', kind: 'span', scheme, tagNames }
    const shown = shownTags(task, ids, batchSizes)
    const rows = rowsOf(batchSizes)
    const tagged = taggedSentences(
      rows.map((own) => sentenceOfWords(own.map(String))),
      [{ task: 'ner', ids: Int32Array.from(rows.flat(), (row) => ids[row]), confidence: null }],
      [task],
      'asTrained',
    )
    rows.forEach((own, s) => expect(own.map((row) => tagNames[shown[row]])).toEqual(tagged[s].tasks[0].tags))
  }
})

test('a repaired tag that the task lacks is −1; tags of words stay as they are', () => {
  const ids = Int32Array.of(1, 1)
  expect([...shownTags({ scheme: 'IOB2', tagNames: ['O', 'I-A'] }, ids, Int32Array.of(1, 1))]).toEqual([-1, 1])
  expect(shownTags({ scheme: null, tagNames: ['X', 'I-A'] }, ids, Int32Array.of(1, 1))).toBe(ids)
})
