/** Files that are not UTF-8, and brat's pairs of files, as a page sends them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { expect, it, test } from 'vitest'
import { fromBase64 } from '../../shared/util/base64.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { uploaded } from '../support/upload.ts'

/** Uploads bytes under a name. */
async function sent(studio: Studio, name: string, content: Buffer | string): Promise<string> {
  writeFileSync(join(studio.folder, name), content)
  return uploaded(studio, name)
}

const ROWS = 'Müller\tB-PER\nkommt\tO\naus\tO\nZürich\tB-LOC\n.\tO\n\n'

it.each([
  ['windows-1252', Buffer.from(ROWS, 'latin1'), 'Müller\tB-PER'],
  ['windows-1252', gzipSync(Buffer.from(ROWS, 'latin1')), 'Müller\tB-PER'],
  ['shift_jis', Buffer.concat([Buffer.from([0x93, 0x8c, 0x8b, 0x9e]), Buffer.from('\tB-LOC\n')]), '東京\tB-LOC'],
  ['utf-16le', Buffer.from(ROWS, 'utf16le'), 'Müller\tB-PER'],
  ['utf-16be', Buffer.from(ROWS, 'utf16le').swap16(), 'Müller\tB-PER'],
])('offers %s with a line of the file, and reads the file in it', async (encoding, content, sample) => {
  const studio = openStudio({})
  const file = await sent(studio, 'de.conll', content)
  const { utf8, choices } = await studio.ask('files.encoding', { file })
  expect(utf8).toBe(false)
  expect(choices.find((one) => one.encoding === encoding)!.sample).toContain(sample)
  const recoded = await studio.ask('files.recode', { file, encoding })
  expect(await studio.ask('files.encoding', { file: recoded.file })).toEqual({ utf8: true, choices: [] })
  const { preview } = await studio.ask('datasets.inspect', { file: recoded.file })
  expect(preview[0].tokens[0]).toContain(sample.split('\t')[0])
  // The first file is gone.
  expect((await studio.refusal('files.encoding', { file })).code).toBe('noFile')
})

it('takes UTF-8 and marked UTF-16 as they are, and says why a binary file is no text', async () => {
  const studio = openStudio({})
  for (const content of [ROWS, `\ufeff${ROWS}`, '', Buffer.from(`\ufeff${ROWS}`, 'utf16le')])
    expect(await studio.ask('files.encoding', { file: await sent(studio, 'a.conll', content) })).toEqual({
      ...{ utf8: true, choices: [] },
    })
  const odd = await sent(studio, 'photo.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0, 1, 2, 0]))
  expect((await studio.refusal('files.encoding', { file: odd })).message).toMatch(/^photo\.jpg: found/)
})

it('refuses an encoding that does not fit, and keeps the file', async () => {
  const studio = openStudio({})
  const file = await sent(studio, 'de.conll', Buffer.from(ROWS, 'latin1'))
  const refusal = await studio.refusal('files.recode', { file, encoding: 'euc-jp' })
  expect(refusal).toMatchObject({ code: 'unusable', message: expect.stringMatching(/^de\.conll:\d+: .*euc-jp/) })
  expect((await studio.refusal('files.recode', { file, encoding: 'latin99' })).message).toMatch(/latin99/)
  await studio.ask('files.encoding', { file })
})

it('keeps a file private that was opened by its path', async () => {
  const studio = openStudio({ 'de.txt': '' })
  writeFileSync(join(studio.folder, 'de.txt'), Buffer.from('Müller kommt .\n', 'latin1'))
  const { file } = await studio.ask('files.open', { path: join(studio.folder, 'de.txt') })
  const recoded = await studio.ask('files.recode', { file, encoding: 'windows-1252' })
  const create = { name: 'x', tasks: [], sources: [{ kind: 'file' as const, file: recoded.file }] }
  expect((await studio.refusal('annotate.create', create)).code).toBe('notReadable')
  expect((await studio.refusal('files.read', { file: recoded.file, from: 0 })).code).toBe('notReadable')
})

test('brat: imported with its text, saved as a zip file, and added as decisions of another person', async () => {
  const studio = openStudio({})
  const text = 'Müller lives in Zürich .\nNobody else .\n'
  const annotations = 'T1\tPER 0 6\tMüller\nT2\tLOC 16 22\tZürich\n'
  const pair = async () => ({
    file: await sent(studio, 'a.ann', annotations),
    text: await sent(studio, 'a.txt', text),
  })
  const found = await studio.ask('annotations.import', { ...(await pair()), spans: 'refuse' })
  expect(found).toMatchObject({ from: 'brat', counts: { read: 1, tasks: [{ spans: 2, labels: ['LOC', 'PER'] }] } })
  const lone = await sent(studio, 'b.ann', annotations)
  expect((await studio.refusal('annotations.import', { file: lone, spans: 'refuse' })).message).toMatch(
    /expected the \.txt file beside/,
  )

  const { project } = await studio.ask('annotate.create', {
    name: 'people & places',
    sources: [{ kind: 'text', name: 'text', text }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
  })
  const added = await studio.ask('annotate.importDecisions', { project, ...(await pair()), annotator: 'Bea' })
  expect(added).toMatchObject({ annotator: 'Bea', matched: 2, missing: 0, problems: [] })
  await studio.ask('annotate.decide', {
    ...{ project, order: 'file', filter: 'all', position: 0, revision: null },
    answers: [{ task: 'ner', labels: null, spans: [{ type: 'PER', from: 0, to: 1 }] }],
  })
  const saved = await studio.ask('annotations.save', { source: { kind: 'project', project }, format: 'brat' })
  expect(saved).toMatchObject({ file: { name: 'people & places-brat.zip' }, counts: { written: 1 } })
  const { data } = await studio.ask('files.read', { file: saved.file.file, from: 0 })
  const entries = Object.entries(unzipSync(fromBase64(data))).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString(),
  ])
  expect(Object.fromEntries(entries)).toEqual({
    'people_places.txt': 'Müller lives in Zürich .\n',
    'people_places.ann': 'T1\tPER 0 6\tMüller\n',
  })
})
