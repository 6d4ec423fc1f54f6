/** NER with gold labels for the simulated annotator: CoNLL-2003 and WNUT-17, from ../shared/data or a variable. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { TagScheme } from '../shared/tags/tags.ts'
import type { Sentence } from '../shared/tags/tagging.ts'

export interface GoldSentence {
  sentence: Sentence
  tags: string[]
}

export interface GoldCorpus {
  scheme: TagScheme
  train: GoldSentence[]
  test: GoldSentence[]
}

const DATA = resolve(import.meta.dirname, '../../shared/data')
const CORPORA = {
  conll2003: {
    folder: process.env.SPARSE_SHARING_CONLL2003 ?? resolve(DATA, 'conll2003'),
    files: { train: 'eng.train', test: 'eng.testb' },
    scheme: 'IOB1',
  },
  wnut17: {
    folder: process.env.SPARSE_SHARING_WNUT17 ?? resolve(DATA, 'wnut17'),
    files: { train: 'wnut17train.conll', test: 'emerging.test.annotated' },
    scheme: 'IOB2',
  },
} as const

/** Throws an Error where the corpus is not on this machine. */
export function goldCorpus(name: string): GoldCorpus {
  if (!Object.hasOwn(CORPORA, name))
    throw new Error(`found the corpus ${name}, expected one of ${Object.keys(CORPORA).join(', ')}`)
  const { folder, files, scheme } = CORPORA[name as keyof typeof CORPORA]
  const read = (file: string) => {
    const path = resolve(folder, file)
    if (!existsSync(path)) throw new Error(`${path} not found: set SPARSE_SHARING_${name.toUpperCase()}`)
    return sentencesOf(readFileSync(path, 'utf8'))
  }
  return { scheme, train: read(files.train), test: read(files.test) }
}

/** The word is the first column, the tag the last. Lines that begin a document are left out. */
function sentencesOf(text: string): GoldSentence[] {
  return text
    .split(/\n[ \t\r]*\n/)
    .map((block) =>
      block
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((row) => row.length > 1 && row[0] !== '-DOCSTART-'),
    )
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      const words = rows.map(([word]) => word)
      const offsets = new Int32Array(2 * words.length)
      let start = 0
      words.forEach((word, t) => {
        offsets.set([start, start + word.length], 2 * t)
        start += word.length + 1
      })
      return {
        sentence: { words, text: words.join(' '), offsets, start: null, source: null },
        tags: rows.map((row) => row.at(-1)!),
      }
    })
}
