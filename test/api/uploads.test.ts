/** What a page may do with which files, and which files make room for others. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Uploads, type UploadsOptions } from '../../main/api/datasets/uploads.ts'
import { toBase64 } from '../../shared/util/base64.ts'
import { finished } from '../support/experiments.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'
import { openTestApi } from '../support/api.ts'
import { openStudio } from '../support/studio.ts'

const SECRET = 'the secret of a file'

function uploadsOf(options?: UploadsOptions) {
  const folder = folderOf({ 'secret.txt': SECRET })
  const uploads = new Uploads(join(folder, 'corpora'), options)
  onTestFinished(() => uploads.dispose())
  return { uploads, folder }
}

async function uploaded(uploads: Uploads, text = 'abc') {
  const { file } = uploads.begin('a.txt', text.length)
  await uploads.append(file, 0, toBase64(Buffer.from(text)))
  return uploads.end(file)
}

describe('a page', () => {
  it('may import a file that it opened by its path, but not read it', async () => {
    const { uploads, folder } = uploadsOf()
    const { file } = await uploads.open(join(folder, 'secret.txt'))
    expect(uploads.get(file, 'import').path).toBe(join(folder, 'secret.txt'))
    expect(() => uploads.get(file, 'read')).toThrow(expect.objectContaining({ code: 'notReadable' }))
    await expect(uploads.read(file, 0)).rejects.toMatchObject({ code: 'notReadable' })
  })

  it('may use what it uploaded for everything, and download what was written for it', async () => {
    const { uploads } = uploadsOf()
    const { file } = await uploaded(uploads)
    expect(uploads.get(file, 'read').bytes).toBe(3)
    const made = await uploads.make('made.txt', (path) => writeFileSync(path, 'made'))
    expect((await uploads.read(made.file, 0)).bytes).toBe(4)
  })

  it('does not get the content of a file by tagging or correcting it, or from an error', async () => {
    const { store, folder } = await finished(tinyConfig({ methods: ['hard'] }))
    const api = openTestApi(store)
    onTestFinished(() => api.close())
    const secret = join(folder, 'secret.txt')
    writeFileSync(secret, 'alpha beta\n\nsecret\n\nalpha gamma\n')
    const opened = await api.call('files.open', { path: secret })
    expect(opened).toMatchObject({ ok: true })
    const { file } = (opened as unknown as { value: { file: string } }).value
    const replies = [
      await api.call('tag.save', { run: 'last', file, output: 'text' }),
      await api.call('annotate.create', { name: 'c', run: 'last', sources: [{ kind: 'file', file }] }),
    ]
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, error: { code: 'notReadable' } })
    const config = { corpora: { x: { train: secret } }, tasks: { pos: { tags: 1 } } }
    const started = await api.call('training.start', { config })
    expect(started).toMatchObject({ ok: false, error: { code: 'badData' } })
    // The line is named, its content is not.
    const { message } = (started as unknown as { error: { message: string } }).error
    expect(message).toMatch(/secret\.txt:3: .*\("…"\)/)
    expect(JSON.stringify(replies) + message.replaceAll(secret, '')).not.toMatch(/alpha|beta|gamma|secret"/)
  })
})

it.runIf(process.platform !== 'win32')('refuses pipes and devices at once, with the reason', async () => {
  const studio = openStudio()
  const pipe = join(studio.folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  for (const path of [pipe, '/dev/zero'])
    expect(await studio.refusal('files.open', { path })).toMatchObject({
      code: 'noFile',
      message: `${path}: found a pipe or a device, expected a file to read`,
    })
  const config = studio.placed(tinyConfig())
  const withPipe = { ...config, corpora: { made: { train: pipe } } }
  for (const request of ['training.start', 'training.estimate'] as const)
    expect(await studio.refusal(request, { config: withPipe })).toMatchObject({
      code: 'badConfig',
      message: expect.stringContaining(`${pipe}: is a pipe, expected a file`),
    })
})

describe('room for files', () => {
  it('is never made by removing a file in use', async () => {
    let now = 0
    const { uploads } = uploadsOf({ maxFiles: 2, now: () => now })
    const [first, second] = [await uploaded(uploads), await uploaded(uploads)]
    expect(() => uploads.begin('c', 1)).toThrow(expect.objectContaining({ code: 'tooMany' }))
    const work = Promise.withResolvers<void>()
    const held = uploads.hold([first.file], 'read', () => work.promise)
    now = 11 * 60_000
    // The idle one goes; the first is held by a request.
    uploads.begin('c', 1)
    expect(uploads.get(first.file, 'read').name).toBe('a.txt')
    expect(() => uploads.get(second.file, 'read')).toThrow(expect.objectContaining({ code: 'noFile' }))
    work.resolve()
    await held
  })
})

it('inspects a file that has another format than the one asked for, with a reason', async () => {
  const studio = openStudio({
    ...corpusFiles(),
    'a.conllu': '1\ta\ta\tX\tX\t_\t0\troot\t_\t_\n\n',
    'b.bin': '\u0000\u0001',
  })
  for (const [name, format] of [
    ['train.txt', 'conllu'],
    ['train.txt', 'conll2012'],
    ['a.conllu', 'conll2012'],
    ['a.conllu', 'conll'],
    ['b.bin', 'conllu'],
    ['b.bin', 'conll2012'],
  ] as const) {
    const { file } = await studio.ask('files.open', { path: join(studio.folder, name) })
    const reply = await studio.api.call('datasets.inspect', { file, format })
    if (!reply.ok) expect(reply.error.code, `${name} as ${format}`).toBe('notACorpus')
  }
})
