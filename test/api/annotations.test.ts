/** Annotated text of other tools through the requests: imported as columns, saved in every format, with problems of spans reported. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ANNOTATION_FORMATS } from '../../shared/annotation/annotation.ts'
import { fromBase64 } from '../../shared/util/base64.ts'
import { corpusText, folderOf, tinyConfig } from '../support/corpus.ts'
import { openTestApi } from '../support/api.ts'
import { uploaded } from '../support/upload.ts'
import { finished } from '../support/experiments.ts'
import { openStudio } from '../support/studio.ts'

type Call = (name: string, args: object) => Promise<any>

function caller(): Call {
  const studio = openStudio()
  onTestFinished(() => studio.close())
  return async (name, args) => {
    const reply = await studio.api.call(name, args)
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
    return reply.value
  }
}

async function contentOf(call: Call, file: string): Promise<string> {
  const parts: Uint8Array[] = []
  for (let from = 0, bytes = 1; from < bytes;) {
    const piece = await call('files.read', { file, from })
    bytes = piece.bytes
    const part = fromBase64(piece.data)
    parts.push(part)
    from += part.length || 1
  }
  return Buffer.concat(parts).toString()
}

const opened = async (call: Call, name: string, text: string): Promise<string> => {
  const folder = folderOf({})
  writeFileSync(join(folder, name), text)
  return (await call('files.open', { path: join(folder, name) })).file
}

const sent = async (call: Call, name: string, text: string): Promise<string> => {
  const folder = folderOf({})
  writeFileSync(join(folder, name), text)
  return uploaded({ ask: call as never, folder }, name)
}

const line = (text: string, ...label: [number, number, string][]) => `${JSON.stringify({ text, label })}\n`
/** The second span starts within a word. */
const MISFIT = line('Ada met Babbage.', [0, 3, 'PER'], [9, 15, 'PER']) + line('In London', [3, 9, 'LOC'])

describe('imported', () => {
  test('spans that do not match word boundaries are reported, and no file is written before a policy is chosen', async () => {
    const call = caller()
    const file = await opened(call, 'people.jsonl', MISFIT)
    expect(await call('annotations.import', { file, spans: 'refuse' })).toEqual({
      from: 'doccano',
      file: null,
      counts: null,
      spanProblems: {
        total: 1,
        shown: ['people.jsonl:1: spans: "abbage" (PER, characters 9 to 15) cuts the token 2, "Babbage"'],
      },
    })
    const snapped = await call('annotations.import', { file, spans: 'snap' })
    expect(snapped).toMatchObject({
      file: { name: 'people.conll' },
      counts: { read: 2, tasks: [{ name: 'spans', kind: 'span', spans: 3, labels: ['LOC', 'PER'] }] },
      spanProblems: { total: 1 },
    })
    await expect(call('files.read', { file: file, from: 0 })).rejects.toThrow(/can be imported, but not read/)
    expect(await contentOf(call, snapped.file.file)).toBe(
      'Ada\tB-PER\nmet\tO\nBabbage\tB-PER\n.\tO\n\nIn\tO\nLondon\tB-LOC\n\n',
    )
    const skipped = await call('annotations.import', { file, spans: 'skip' })
    expect(skipped.spanProblems.shown).toEqual([expect.stringMatching(/: left out$/)])
    expect(await contentOf(call, skipped.file.file)).toBe(
      'Ada\tB-PER\nmet\tO\nBabbage\tO\n.\tO\n\nIn\tO\nLondon\tB-LOC\n\n',
    )
    // The converted file is imported like any other.
    const layout = {
      files: { train: snapped.file.file, dev: null, test: null },
      format: 'conll',
      words: 0,
      tasks: [{ name: 'ner', column: 1, kind: 'span', scheme: 'IOB2' }],
    }
    expect(await call('datasets.import', { name: 'people', ...layout, problems: 'refuse' })).toMatchObject({
      name: 'people',
      tasks: [{ name: 'ner', kind: 'span', labels: 3 }],
      files: [{ sentences: 2, tokens: 6 }],
    })
  })

  test('many span problems: all are counted, some are listed', async () => {
    const call = caller()
    const file = await opened(call, 'many.jsonl', line('Babbage', [1, 4, 'PER']).repeat(5000))
    const { spanProblems } = await call('annotations.import', { file, spans: 'refuse' })
    expect([spanProblems.total, spanProblems.shown.length]).toEqual([5000, 200])
  })

  test('columns are left as they are; other files are refused with file and line', async () => {
    const call = caller()
    expect(
      await call('annotations.import', { file: await opened(call, 'a.txt', corpusText('a', 3)), spans: 'refuse' }),
    ).toMatchObject({ from: null, file: null })
    await expect(
      opened(call, 'odd.json', '{"a": 1}\n').then((file) => call('annotations.import', { file, spans: 'refuse' })),
    ).rejects.toThrow(/notAnnotated: odd\.json: found JSON with the fields a/)
    await expect(
      opened(call, 'cut.jsonl', `${line('x', [0, 1, 'A'])}{"text": "y", "label"`).then((file) =>
        call('annotations.import', { file, spans: 'refuse' }),
      ),
    ).rejects.toThrow(/notAnnotated: cut\.jsonl:2: /)
  })
})

describe('a corpus saved', () => {
  test.each(ANNOTATION_FORMATS)('%s comes back as the same corpus', async (format) => {
    const call = caller()
    const text = corpusText('saved', 12)
    const file = await opened(call, 'made.txt', text)
    const corpus = await call('datasets.import', {
      name: 'made',
      files: { train: file, dev: null, test: null },
      format: 'conll',
      words: 0,
      problems: 'refuse',
      tasks: [
        { name: 'pos', column: 1, kind: 'token', scheme: 'auto' },
        { name: 'np', column: 2, kind: 'span', scheme: 'auto' },
      ],
    })
    const { file: made, counts } = await call('annotations.save', {
      source: { kind: 'corpus', corpus: corpus.id, split: 'train' },
      format,
    })
    expect(counts).toMatchObject({
      read: 12,
      written: 12,
      tasks: [
        { name: 'pos', kind: 'token' },
        { name: 'np', kind: 'span' },
      ],
    })
    expect(made.name).toMatch(/^made-train[-.]/)
    const written = await contentOf(call, made.file)
    // Words, tags of words, and spans as IOB2.
    const columns = (rows: string) =>
      rows
        .trim()
        .split('\n\n')
        .map((sentence) => sentence.split('\n').map((row) => row.split(/[ \t]/).slice(0, 3)))
    if (format === 'conll') return expect(columns(written)).toEqual(columns(text))
    const again = await opened(call, made.name, written)
    if (format === 'conllu') {
      expect(await call('datasets.inspect', { file: again })).toMatchObject({ format: 'conllu', sentences: 12 })
      return
    }
    const back = await call('annotations.import', { file: again, spans: 'refuse' })
    expect([back.from, back.spanProblems.total]).toEqual([format, 0])
    const order = back.counts.tasks.map(({ name }: { name: string }) => name)
    expect(
      columns(await contentOf(call, back.file.file)).map((sentence) =>
        sentence.map((row) => [row[0], row[1 + order.indexOf('pos')], row[1 + order.indexOf('np')]]),
      ),
    ).toEqual(columns(text))
  })

  test('a missing split is reported', async () => {
    const call = caller()
    const corpus = await call('datasets.sample', {})
    await expect(
      call('annotations.save', { source: { kind: 'corpus', corpus: 'nothing', split: 'train' }, format: 'conll' }),
    ).rejects.toThrow(/nothing/)
    expect(
      (
        await call('annotations.save', {
          source: { kind: 'corpus', corpus: corpus.id, split: 'dev' },
          format: 'labelstudio',
        })
      ).counts.written,
    ).toBe(300)
  })
})

describe('of a run', () => {
  test('tagged text in every format, and subnets as one zip file', async () => {
    const { store } = await finished(tinyConfig({ methods: ['hard'] }))
    const api = openTestApi(store)
    onTestFinished(() => api.close())
    const call: Call = async (name, args) => {
      const reply = await api.call(name, args)
      if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
      return reply.value
    }
    const text = 'dbm <acn> obm. Abn dcm\n👍🏽 ecn'
    const saved = async (output: string) => {
      const { file, counts, hint } = await call('tag.save', {
        run: 'last',
        file: await sent(call, 'letter.txt', text),
        format: 'text',
        output,
        confidence: true,
      })
      return { name: file.name, text: await contentOf(call, file.file), counts, hint }
    }
    const html = await saved('html')
    expect(html).toMatchObject({ name: 'letter-tags.html', counts: { sentences: 3, tokens: 10 }, hint: null })
    expect(html.text).toMatch(/^<!doctype html>[^]*<\/html>\n$/)
    expect(html.text.match(/<section>/g)).toHaveLength(3)
    expect(html.text).toContain('&lt;')
    expect(html.text).not.toContain('<acn>')
    expect(
      (await saved('conll')).text
        .trim()
        .split('\n\n')
        .map((sentence) => sentence.split('\n').length),
    ).toEqual([6, 2, 2])
    expect(JSON.parse((await saved('labelstudio')).text)).toHaveLength(3)
    expect((await saved('labelstudio')).hint).toMatch(/labelling set-up: <View>/)
    for (const output of ['doccano', 'prodigy', 'jsonl'])
      expect(
        (await saved(output)).text
          .trim()
          .split('\n')
          .map((one) => JSON.parse(one).text),
      ).toEqual(['dbm <acn> obm.', 'Abn dcm', '👍🏽 ecn'])

    const { file, name } = await call('runs.export', { run: 'last', formats: ['onnx', 'packed'], tasks: ['np'] })
    expect(name).toBe('tiny-hard.zip')
    const piece = await call('files.read', { file, from: 0 })
    expect(Buffer.from(fromBase64(piece.data)).subarray(0, 2).toString()).toBe('PK')
    const { unzipSync } = await import('fflate')
    expect(Object.keys(unzipSync(fromBase64(piece.data)))).toEqual([
      'np.onnx',
      'model.packed',
      'vocabulary.json',
      'tokens.json',
      'config.yaml',
      'README.md',
    ])
    await expect(call('runs.export', { run: 'last', formats: ['onnx'], tasks: ['ner'] })).rejects.toThrow(
      /has no task ner/,
    )
  })
})
