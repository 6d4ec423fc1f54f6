/** The sample corpora that come with the product. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadExperimentData } from '../../main/data/load.ts'
import { loadTestSplits } from '../../main/data/testSplits.ts'
import { excerpts } from '../../resources/sample/excerpt.ts'
import { nounPhrases } from '../../resources/sample/nounPhrases.ts'
import { experiment, HAS_REAL_DATA, REAL_DATA, SAMPLE } from './helpers.ts'

describe('the sample corpora', () => {
  it.each([
    ['sample.yaml', [1500, 300, 300], ['upos token', 'xpos token', 'np span']],
    ['two-corpora.yaml', [1500, 300, 300, 1500, 400, 400], ['upos token', 'ner span']],
  ])('%s loads', async (file, sentences, tasks) => {
    const config = experiment(parse(readFileSync(join(SAMPLE, file), 'utf8')))
    const { data, datasets, vocabulary, issues } = await loadExperimentData(config, SAMPLE)
    expect(datasets.map((dataset) => dataset.sentences)).toEqual(sentences)
    expect(data.tasks.map((task) => `${task.name} ${task.kind}`)).toEqual(tasks)
    // Tags that train lacks, and nothing else.
    for (const issue of issues) expect(issue.message).toContain('tags that train does not have')
    const test = await loadTestSplits(config, SAMPLE, vocabulary, data, datasets)
    for (const task of data.tasks) expect(test.tasks[task.name]).not.toBeNull()
  })

  it.skipIf(!HAS_REAL_DATA)(
    `are what excerpt.ts makes of the originals${HAS_REAL_DATA ? '' : ' (skipped: no ../shared/data beside the checkout)'}`,
    () => {
      for (const [name, content] of Object.entries(excerpts(join(REAL_DATA, 'ud_ewt'), join(REAL_DATA, 'wnut17')))) {
        expect(readFileSync(join(SAMPLE, name), 'utf8') === content, name).toBe(true)
      }
    },
  )
})

describe('noun phrases of a tree', () => {
  /** Tokens as form/UPOS/head/relation. */
  const phrases = (text: string) => {
    const rows = text.split(' ').map((token, i) => {
      const [form, upos, head, deprel] = token.split('/')
      return [String(i + 1), form, '_', upos, '_', '_', head, deprel]
    })
    return nounPhrases(rows)
      .map((tag) => tag[0])
      .join('')
  }

  it.each([
    ['the/DET/3/det small/ADJ/3/amod dog/NOUN/4/nsubj barks/VERB/0/root', 'BIIO'],
    ["my/PRON/2/nmod:poss friend/NOUN/4/nmod:poss 's/PART/2/case dog/NOUN/0/root", 'BIII'],
    ['the/DET/2/det mosque/NOUN/0/root in/ADP/5/case the/DET/5/det town/NOUN/2/nmod', 'BIOBI'],
    ['Al/PROPN/0/root Zaman/PROPN/1/flat said/VERB/1/acl it/PRON/3/obj', 'BIOB'],
    ['cats/NOUN/0/root and/CCONJ/3/cc dogs/NOUN/1/conj', 'BOB'],
    ['run/VERB/0/root fast/ADV/1/advmod', 'OO'],
  ])('%s', (text, expected) => {
    expect(phrases(text)).toBe(expected)
  })
})
