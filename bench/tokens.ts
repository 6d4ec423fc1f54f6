/**
 * How well tokens are learned from a training corpus: token F1 on dev and test text, of the plain rules and of what was
 * learned, and how fast. EWT (SPARSE_SHARING_EWT, or ../shared/data/ud_ewt) is compared on its `# text =` lines.
 * CoNLL-2003 (SPARSE_SHARING_CONLL2003, or ../shared/data/conll2003) has no raw text: its words are detokenised by the
 * rules of test/support/tokens.ts.
 *
 *   npx node bench/tokens.ts
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { learnConventions } from '../main/data/tokens/learn.ts'
import { plainOffsets } from '../main/data/tokens/plain.ts'
import { tokeniserFor } from '../main/data/tokens/tokeniser.ts'
import { conllSentences, conlluSentences, tokenF1, tokenTable, type TokenSentence } from '../test/support/tokens.ts'

const ROOT = resolve(import.meta.dirname, '..')

const CORPORA = [
  {
    name: 'EWT',
    folder: process.env.SPARSE_SHARING_EWT ?? resolve(ROOT, '../shared/data/ud_ewt'),
    files: ['en_ewt-ud-train.conllu', 'en_ewt-ud-dev.conllu', 'en_ewt-ud-test.conllu'],
    read: (path: string) => conlluSentences(path),
  },
  {
    name: 'CoNLL-2003',
    folder: process.env.SPARSE_SHARING_CONLL2003 ?? resolve(ROOT, '../shared/data/conll2003'),
    files: ['eng.train', 'eng.testa', 'eng.testb'],
    read: conllSentences,
  },
  {
    name: 'sample',
    folder: resolve(ROOT, 'resources/sample'),
    files: ['ewt-train.conllu', 'ewt-dev.conllu', 'ewt-test.conllu'],
    read: (path: string) => conlluSentences(path),
  },
]

/** Tokens a second, of the best of five passes over the texts. */
function rate(texts: string[], tokens: number, offsets: (text: string) => number[]): string {
  let best = Infinity
  for (let pass = 0; pass < 5; pass++) {
    const began = performance.now()
    for (const text of texts) offsets(text)
    best = Math.min(best, performance.now() - began)
  }
  return `${Math.round(tokens / best)}k tokens/s`
}

for (const { name, folder, files, read } of CORPORA) {
  if (!existsSync(resolve(folder, files[0]))) {
    console.log(`${name}: not found in ${folder}`)
    continue
  }
  const [train, dev, test]: TokenSentence[][] = files.map((file) => read(resolve(folder, file)))
  const table = tokenTable(train)
  const began = performance.now()
  const conventions = learnConventions([table])
  const seconds = (performance.now() - began) / 1000
  const tokeniser = tokeniserFor(conventions)
  const size = JSON.stringify(conventions).length
  console.log(`${name}: learned from ${conventions.tokens} tokens in ${seconds.toFixed(2)} s, ${size} bytes`)
  for (const [split, sentences] of [['dev', dev] as const, ['test', test] as const]) {
    const [plain, learned] = [plainOffsets, (text: string) => tokeniser.offsets(text)].map((offsets) =>
      tokenF1(sentences, offsets).toFixed(2),
    )
    console.log(`  ${split}: token F1 ${learned} (plain rules ${plain})`)
  }
  const texts = train.map(({ text }) => text)
  const fast = rate(texts, table.words.ids.length, (text) => tokeniser.offsets(text))
  console.log(`  speed: ${fast} (plain rules ${rate(texts, table.words.ids.length, plainOffsets)})`)
}
