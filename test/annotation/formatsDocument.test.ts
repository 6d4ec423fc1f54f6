/** docs/formats.md: each example is recognised as its heading says and read, or refused. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CORPUS_FORMATS, SPAN_FORMATS } from '../../shared/annotation/formats.ts'
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
