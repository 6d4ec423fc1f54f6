/** From an uploaded file to a corpus of the catalogue that a run can be trained on. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Api } from '../../main/api/dispatch.ts'
import { loadExperimentData } from '../../main/data/load.ts'
import type { RequestName, Requests } from '../../shared/protocol/api.ts'
import { fromBase64, toBase64 } from '../../shared/util/base64.ts'
import { configSchema } from '../../shared/settings/config.ts'
import { folder, readText, SAMPLE } from '../data/helpers.ts'
import { dataset, newRun, open, temporaryPath } from '../store/fixtures.ts'
import { openTestApi } from '../support/api.ts'
import { Draw } from '../support/arrays.ts'
import { corpusText } from '../support/corpus.ts'
import { PATIENCE_MS } from '../support/patience.ts'

function studio(path = temporaryPath()) {
  const store = open(path)
  const api = openTestApi(store)
  onTestFinished(() => void api.close())
  return { store, api, ask: asking(api) }
}

/** Calls that must succeed. */
function asking(api: Api) {
  return async <K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']> => {
    const reply = await api.call(name, args)
    if (!reply.ok) throw Object.assign(new Error(reply.error.message), { code: reply.error.code })
    return reply.value as Requests[K]['result']
  }
}
type Ask = ReturnType<typeof asking>

async function hand(
  ask: Ask,
  content: string | Uint8Array,
  name = 'train.txt',
  pieceSizes: () => number = () => 1000,
): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const { file } = await ask('files.begin', { name, bytes: bytes.length })
  for (let from = 0; from < bytes.length;) {
    const piece = bytes.subarray(from, from + pieceSizes())
    expect(await ask('files.append', { file, from, data: toBase64(piece) })).toEqual({ received: from + piece.length })
    from += piece.length
  }
  expect(await ask('files.end', { file })).toEqual({ file, name, bytes: bytes.length })
  return file
}

const TASKS = [
  { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
  { name: 'np', column: 2, kind: 'auto', scheme: 'auto' },
] as const
const importRequest = (
  train: string,
  more: Partial<Requests['datasets.import']['arguments']> = {},
): Requests['datasets.import']['arguments'] => ({
  name: 'made',
  files: { train, dev: null, test: null },
  format: 'auto',
  words: 0,
  tasks: [...TASKS],
  problems: 'refuse',
  ...more,
})
const refused = (code: string, message: string | RegExp) =>
  expect.objectContaining({
    code,
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  }) as Error
const text = corpusText('api', 60)

describe('importing', () => {
  it('copies the files beside the database, and a run can be trained on them', async () => {
    const { store, ask, api } = studio()
    const heard = vi.fn()
    api.listen(({ name }) => heard(name))
    const files = { train: await hand(ask, text), dev: await hand(ask, corpusText('dev', 20), 'dev.txt'), test: null }
    const corpus = await ask('datasets.import', importRequest(files.train, { files }))
    expect(corpus).toMatchObject({
      name: 'made',
      format: 'conll',
      words: 0,
      devFraction: 0.1,
      tasks: [
        { name: 'pos', kind: 'token' },
        { name: 'np', kind: 'span', scheme: 'IOB2' },
      ],
    })
    expect(corpus.files.map(({ split, name, sentences }) => [split, name, sentences])).toEqual([
      ['train', 'train.txt', 60],
      ['dev', 'dev.txt', 20],
    ])
    expect(readFileSync(corpus.files[0].path, 'utf8')).toBe(text)
    expect(dirname(corpus.files[0].path)).toBe(store.corporaFolder)
    expect(await ask('datasets.list', {})).toEqual([corpus])
    const detail = await ask('datasets.get', { corpus: corpus.id })
    expect(detail.statistics.map(({ split, task }) => `${split} ${task}`)).toEqual([
      'train pos',
      'train np',
      'dev pos',
      'dev np',
    ])
    expect(detail.unseen!.share).toBeGreaterThanOrEqual(0)
    expect(new Set(heard.mock.calls.flat())).toEqual(new Set(['import', 'changed']))

    const [train, dev] = corpus.files
    const config = configSchema.parse({
      corpora: { made: { train: train.path, dev: dev.path, format: corpus.format, words: corpus.words } },
      tasks: Object.fromEntries(
        corpus.tasks.map(({ name, column, kind, scheme }) => [name, { tags: column, kind, scheme: scheme ?? 'auto' }]),
      ),
    })
    const loaded = await loadExperimentData(config, '/')
    expect(loaded.datasets.map(({ hash, sentences, tokens }) => ({ hash, sentences, tokens }))).toEqual(
      corpus.files.map(({ hash, sentences, tokens }) => ({ hash, sentences, tokens })),
    )
    // Uploads are dropped after the import.
    await expect(ask('datasets.inspect', { file: files.train })).rejects.toThrow(refused('noFile', /choose it again/))
  })

  it('gives the same file for any size of pieces', async () => {
    const { ask } = studio()
    const draw = new Draw('pieces')
    const hash = createHash('sha256').update(text).digest('hex')
    for (let i = 0; i < 5; i++) {
      const train = await hand(ask, text, 'train.txt', () => 1 + draw.int(0, 10 ** (1 + i)))
      expect((await ask('datasets.import', importRequest(train, { name: `made ${i}` }))).files[0]).toMatchObject({
        hash,
        bytes: Buffer.byteLength(text),
      })
    }
    const paths = (await ask('datasets.list', {})).map(({ files }) => files[0].path)
    expect(new Set(paths).size).toBe(1)
  })

  it('refuses problems with their lines, or leaves the sentences out and keeps them', async () => {
    const { store, ask } = studio()
    const faulty = `${text}\nshort\n\n${text}\nword NOUN Oops\nother NOUN O\n`
    const train = await hand(ask, faulty)
    await expect(ask('datasets.import', importRequest(train))).rejects.toThrow(
      refused('problems', /^2 problems in the files:\ntrain\.txt:\d+: found 1 column/),
    )
    expect(readdirSync(store.corporaFolder!).filter((name) => !name.startsWith('incoming-'))).toEqual([])

    const check = await ask('datasets.check', importLayout(train))
    expect(check.files[0]).toMatchObject({ sentences: 120, rejectedSentences: 2, problemCount: 2, usable: true })
    const corpus = await ask('datasets.import', importRequest(train, { problems: 'skip' }))
    const [file] = corpus.files
    expect(file).toMatchObject({ sentences: 120, rejectedSentences: 2 })
    expect(file.hash).toBe(createHash('sha256').update(readFileSync(file.path)).digest('hex'))

    const rejected = await ask('datasets.rejected', { corpus: corpus.id, split: 'train', from: 0 })
    const saved = Buffer.from(fromBase64(rejected.data)).toString()
    expect(rejected).toMatchObject({ name: 'rejected-train.txt', bytes: saved.length })
    expect(saved).toBe('short\n\nword NOUN Oops\nother NOUN O\n\n')
    expect(await ask('datasets.rejected', { corpus: corpus.id, split: 'train', from: saved.length })).toMatchObject({
      data: '',
    })
    const [good, all] = [await readText(readFileSync(file.path), [1, 2]), await readText(faulty, [1, 2])]
    expect(good.sentences.length + file.rejectedSentences).toBe(
      all.read!.table.sentenceStart.length - 1 + all.read!.badSentences,
    )
    expect(good.sentences.filter((sentence) => !all.sentences.includes(sentence))).toEqual([])
    await expect(ask('datasets.rejected', { corpus: corpus.id, split: 'dev', from: 0 })).rejects.toThrow(
      refused('noFile', /No sentences/),
    )
  })

  it('keeps gzip files, and writes them plain where sentences are left out', async () => {
    const { ask } = studio()
    const whole = await ask(
      'datasets.import',
      importRequest(await hand(ask, gzipSync(text), 'train.txt.gz'), { name: 'whole' }),
    )
    expect(whole.files[0]).toMatchObject({ name: 'train.txt.gz', sentences: 60, bytes: gzipSync(text).length })
    const mended = await ask(
      'datasets.import',
      importRequest(await hand(ask, gzipSync(`${text}\nshort\n`), 'train.txt.gz'), {
        name: 'mended',
        problems: 'skip',
      }),
    )
    expect(mended.files[0]).toMatchObject({ name: 'train.txt', sentences: 60, rejectedSentences: 1 })
    expect(readFileSync(mended.files[0].path, 'utf8')).toContain(text)
  })

  it('refuses a taken name, an unusable corpus, a database in memory', async () => {
    const { ask, store } = studio()
    const train = await hand(ask, text)
    await expect(
      ask('datasets.import', importRequest(train, { tasks: [{ ...TASKS[0], column: 9 }], problems: 'skip' })),
    ).rejects.toThrow(refused('unusable', /expected the tags in column 9/))
    await ask('datasets.import', importRequest(train))
    await expect(ask('datasets.import', importRequest(await hand(ask, corpusText('other', 9))))).rejects.toThrow(
      refused('exists', /The corpus "made" already exists/),
    )
    expect(readdirSync(store.corporaFolder!).filter((name) => !name.startsWith('incoming-'))).toHaveLength(1)
    const memory = studio(':memory:')
    await expect(memory.ask('datasets.import', importRequest(await hand(memory.ask, text)))).rejects.toThrow(
      refused('inMemory', /--db FILE/),
    )
  })

  it('imports the sample once', async () => {
    const { ask } = studio()
    const corpus = await ask('datasets.sample', {})
    expect(corpus).toMatchObject({
      name: 'sample',
      format: 'conllu',
      tasks: [{ name: 'upos' }, { name: 'xpos' }, { name: 'np', column: 'MISC:NP', kind: 'span', scheme: 'IOB2' }],
    })
    expect(corpus.files.map(({ sentences }) => sentences)).toEqual([1500, 300, 300])
    expect(await ask('datasets.sample', {})).toEqual(corpus)
  })
})

const importLayout = (train: string): Requests['datasets.check']['arguments'] => ({
  files: { train, dev: null, test: null },
  format: 'auto',
  words: 0,
  tasks: [...TASKS],
})

describe('uploading', () => {
  it('inspects a file before the import', async () => {
    const { ask } = studio()
    const file = await hand(ask, text)
    expect(await ask('datasets.inspect', { file })).toMatchObject({
      file,
      name: 'train.txt',
      bytes: Buffer.byteLength(text),
      sentences: 60,
      columns: [{ role: 'words' }, { role: 'tags' }, { role: 'tags', guess: { scheme: 'IOB2' } }],
    })
    await expect(ask('datasets.inspect', { file: await hand(ask, '', 'nothing.txt') })).rejects.toThrow(
      refused('notACorpus', /^nothing.txt: found an empty file/),
    )
  })

  it('accepts pieces in order up to the announced size, and the file only after its end', async () => {
    const { ask } = studio()
    const { file } = await ask('files.begin', { name: 'a/b\\c.txt', bytes: 6 })
    const data = toBase64(new TextEncoder().encode('abc'))
    await expect(ask('files.append', { file, from: 3, data })).rejects.toThrow(
      refused('outOfOrder', 'c.txt: found a piece that starts at byte 3, expected byte 0.'),
    )
    await ask('files.append', { file, from: 0, data })
    await expect(ask('files.append', { file, from: 0, data })).rejects.toThrow(refused('outOfOrder', /expected byte 3/))
    await expect(ask('datasets.inspect', { file })).rejects.toThrow(refused('incomplete', /not uploaded to its end/))
    await expect(ask('files.end', { file })).rejects.toThrow(refused('incomplete', /received 3 of 6 bytes/))
    await expect(ask('files.append', { file, from: 3, data: toBase64(new Uint8Array(4)) })).rejects.toThrow(
      refused('tooLarge', /more than the announced 6 bytes/),
    )
    await expect(ask('files.append', { file, from: 3, data: '*' })).rejects.toThrow(refused('outOfOrder', /not base64/))
    await expect(ask('files.append', { file, from: 3, data: toBase64(new Uint8Array(2_000_001)) })).rejects.toThrow(
      refused('tooLarge', /at most 2000000/),
    )
    await ask('files.drop', { file })
    await expect(ask('files.append', { file, from: 3, data })).rejects.toThrow(refused('noFile', /choose it again/))
    await expect(ask('files.begin', { name: 'huge', bytes: 3e9 })).rejects.toThrow(
      refused('tooLarge', /at most 2.1 GB/),
    )
  })

  it('opens regular files by their path', async () => {
    const { ask } = studio()
    const { file, name, bytes } = await ask('files.open', { path: join(SAMPLE, 'ewt-dev.conllu') })
    expect({ name, bytes }).toEqual({
      name: 'ewt-dev.conllu',
      bytes: readFileSync(join(SAMPLE, 'ewt-dev.conllu')).length,
    })
    expect(await ask('datasets.inspect', { file })).toMatchObject({ sentences: 300 })
    await ask('files.drop', { file })
    expect(existsSync(join(SAMPLE, 'ewt-dev.conllu'))).toBe(true)
    await expect(ask('files.open', { path: SAMPLE })).rejects.toThrow(refused('noFile', /found a folder/))
    await expect(ask('files.open', { path: join(SAMPLE, 'nothing') })).rejects.toThrow(
      refused('noFile', /found no such file/),
    )
    await expect(ask('files.open', { path: '/dev/null' })).rejects.toThrow(refused('noFile', /a pipe or a device/))
  })

  it('leaves nothing behind when the program ends', async () => {
    const { ask, api, store } = studio()
    await hand(ask, text)
    expect(readdirSync(store.corporaFolder!)).toHaveLength(1)
    await api.close()
    expect(readdirSync(store.corporaFolder!)).toEqual([])
  })
})

describe('the catalogue', () => {
  it('renames and deletes, and keeps files that runs were trained on', async () => {
    const { ask, store } = studio()
    const corpus = await ask('datasets.import', importRequest(await hand(ask, text)))
    expect(await ask('datasets.rename', { corpus: corpus.id, name: '  news ' })).toMatchObject({ name: 'news' })
    const [{ path, hash }] = corpus.files
    store.createRun(newRun('on it', { datasets: [{ ...dataset('train', hash), path }] }))
    expect((await ask('datasets.get', { corpus: corpus.id })).runs).toMatchObject([{ name: 'on it' }])
    await ask('datasets.delete', { corpus: corpus.id })
    expect(existsSync(path)).toBe(true)
    const other = await ask('datasets.import', importRequest(await hand(ask, corpusText('other', 9))))
    await ask('datasets.delete', { corpus: other.id })
    expect(existsSync(other.files[0].path)).toBe(false)
    expect(await ask('datasets.list', {})).toEqual([])
    await expect(ask('datasets.get', { corpus: other.id })).rejects.toThrow(refused('missing', /There is no corpus/))
  })

  it('removes leftovers of a crash at the start, and nothing else', async () => {
    const path = temporaryPath()
    const first = studio(path)
    const { files } = await first.ask('datasets.import', importRequest(await hand(first.ask, text)))
    const folder = first.store.corporaFolder!
    const days = (n: number) => new Date(Date.now() - n * 86_400_000)
    const left = (name: string, age: number) => {
      const file = join(folder, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, 'x')
      utimesSync(file, days(age), days(age))
      return file
    }
    const [orphan, young, half] = [left('0123-orphan.txt', 1), left('4567-young.txt', 0), left('incoming-abc/train', 2)]
    utimesSync(files[0].path, days(9), days(9))
    studio(path)
    await vi.waitFor(() => expect([orphan, half].filter((file) => existsSync(file))).toEqual([]), PATIENCE_MS)
    expect([young, files[0].path].filter((file) => !existsSync(file))).toEqual([])
  })
})

it('answers other requests while it reads a large file', async () => {
  const { ask } = studio()
  const base = folder({ 'large.txt': `${text}\n`.repeat(800) })
  const { file } = await ask('files.open', { path: join(base, 'large.txt') })
  let answered = 0
  let done = false
  const inspecting = ask('datasets.inspect', { file }).finally(() => (done = true))
  while (!done) {
    await ask('datasets.list', {})
    await new Promise((resolve) => setTimeout(resolve))
    answered++
  }
  expect((await inspecting).sentences).toBe(48_000)
  expect(answered).toBeGreaterThan(5)
})
