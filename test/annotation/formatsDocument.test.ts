/** docs/formats.md: each example is read as its heading says, refused, or what the program writes, byte for byte. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bratFiles } from '../../shared/annotation/bratFiles.ts'
import { sentenceGroups } from '../../main/tagger/source.ts'
import { taggedSentences } from '../../main/tagger/tagged.ts'
import { writerFor } from '../../main/tagger/writers.ts'
import { ANNOTATION_FORMATS, type AnnotationFormat } from '../../shared/annotation/annotation.ts'
import { CORPUS_FORMATS, SPAN_FORMATS } from '../../shared/annotation/formats.ts'
import { configSchema } from '../../shared/settings/config.ts'
import type { OutputFormat, Sentence, TaggedTask } from '../../shared/tags/tagging.ts'
import { folder, ROOT } from '../data/helpers.ts'
import { convert, refusal } from './helpers.ts'

const document = readFileSync(join(ROOT, 'docs/formats.md'), 'utf8')
const examples = [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, format, text]) => ({ format, text }))

test('every format has an example', () => {
  expect(new Set(examples.map(({ format }) => format))).toEqual(
    new Set([...CORPUS_FORMATS, ...SPAN_FORMATS, 'refused']),
  )
})

test.each(examples)('$format: $text', async ({ format, text }) => {
  if (format === 'refused') {
    expect(await refusal(text, 'conll')).toMatch(/^in(:1)?: found .*, expected /)
    return
  }
  const path = join(folder({ 'a.ann': text, 'a.txt': 'Anna sleeps.\n' }), 'a.ann')
  const { out, counts } = await convert(text, 'conll', format === 'brat' ? { path } : {})
  expect(counts.from).toBe(format)
  expect(out).toMatch(/^Anna\t.*B-PER/i)
})

/** What is written for the first of them, the input; each is marked as `text written FORMAT`. */
const outputs = [...document.matchAll(/^```text (input|written \w+)\n(.*?)^```$/gms)].map(([, mark, text]) => ({
  format: mark.replace('written ', ''),
  text,
}))
const [input, ...written] = outputs
const TAGGED = ['text', 'html', 'jsonl']

test('every format that is written has an example', () => {
  expect(input.format).toBe('input')
  expect(written.map(({ format }) => format).toSorted()).toEqual([...ANNOTATION_FORMATS, 'brat', ...TAGGED].toSorted())
})

test.each(written.filter(({ format }) => ANNOTATION_FORMATS.includes(format as AnnotationFormat)))(
  'convert writes the example of $format',
  async ({ format, text }) => {
    const { out, issues } = await convert(input.text, format as AnnotationFormat)
    expect([shown(out), issues]).toEqual([text, []])
  },
)

test.each(written.filter(({ format }) => TAGGED.includes(format)))('tag writes the example of $format', async (one) => {
  const written = await tagged(one.format as OutputFormat)
  // The page around a sentence is the same for every text.
  if (one.format === 'html') expect(written).toContain(one.text)
  else expect(shown(written)).toBe(one.text)
})

test('annotate export writes the example of brat', async () => {
  const spans = [
    { from: 0, to: 1, type: 'PER' },
    { from: 2, to: 3, type: 'LOC' },
  ]
  const answers = [{ task: 'ner', labels: null, spans }]
  const tasks = [{ name: 'ner', kind: 'span' as const, labels: [] }]
  const { text, annotations } = bratFiles([{ sentence: await sentence(), answers }], tasks)
  expect(text).toBe(`${(JSON.parse(input.text) as { text: string }).text}\n`)
  expect(annotations).toBe(written.find(({ format }) => format === 'brat')!.text)
})

/** The blank line that ends a sentence of columns is not part of the example. */
const shown = (text: string) => text.replace(/\n\n$/, '\n')

/** The input as one sentence. */
async function sentence(): Promise<Sentence> {
  const { text } = JSON.parse(input.text) as { text: string }
  async function* bytes() {
    yield Buffer.from(text)
  }
  const sentences: Sentence[] = []
  for await (const group of sentenceGroups(bytes(), { format: 'text', words: 0, name: 'in' })) sentences.push(...group)
  return sentences[0]
}

/** The input with its tags, written in a format of tagged text. */
async function tagged(format: OutputFormat): Promise<string> {
  const tasks: TaggedTask[] = [{ name: 'ner', kind: 'span', scheme: 'IOB2', tagNames: ['O', 'B-PER', 'B-LOC'] }]
  const config = configSchema.parse({ corpora: { a: { train: 'a' } }, tasks: { ner: { tags: 1 } } })
  const paint = { bold: String, dim: String, good: String }
  const writer = writerFor({ format, tasks, config, offsets: 'utf16', columns: 80, paint })
  const tags = [{ task: 'ner', ids: Int32Array.of(1, 0, 2, 0), confidence: null }]
  return taggedSentences([await sentence()], tags, tasks, 'asTrained')
    .map(writer)
    .join('')
}
