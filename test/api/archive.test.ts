/** Archives as the window saves and opens them: in pieces. */
import { describe, expect, it } from 'vitest'
import { fromBase64, PIECE_BYTES, toBase64 } from '../../shared/util/base64.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { newRun } from '../store/records.ts'

/** More than one piece, with different bytes. */
const weights = { w: { shape: [700_000], data: Float32Array.from({ length: 700_000 }, (_, i) => Math.sin(i)) } }

function withRun(): Studio & { run: string } {
  const studio = openStudio()
  const run = studio.store.createRun(newRun('my run')).id
  studio.store.claimRun(run)
  studio.store.saveArtifact(run, null, 'w', weights)
  studio.store.setStatus(run, 'stopped')
  return { ...studio, run }
}

async function fetched({ ask }: Studio, file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for (let from = 0, bytes = 1; from < bytes; from += pieces.at(-1)!.length) {
    const piece = await ask('files.read', { file, from })
    bytes = piece.bytes
    pieces.push(fromBase64(piece.data))
  }
  return Buffer.concat(pieces)
}

async function uploaded({ ask }: Studio, content: Uint8Array): Promise<string> {
  const { file } = await ask('files.begin', { name: 'mine.sparserun', bytes: content.length })
  for (let from = 0; from < content.length; from += PIECE_BYTES)
    await ask('files.append', { file, from, data: toBase64(content.subarray(from, from + PIECE_BYTES)) })
  await ask('files.end', { file })
  return file
}

const changes = (studio: Studio) => studio.told.filter(({ name }) => name === 'changed').length

describe('runs.archive and runs.unarchive', () => {
  it('carry a run from one studio to another, and notify the windows', async () => {
    const [here, there] = [withRun(), openStudio()]
    const made = await here.ask('runs.archive', { run: here.run })
    expect(made).toMatchObject({ name: `my-run-${here.run}.sparserun` })
    const content = await fetched(here, made.file)
    expect(content.length).toBe(made.bytes)
    await here.ask('files.drop', { file: made.file })
    expect(await here.refusal('files.read', { file: made.file, from: 0 })).toMatchObject({ code: 'noFile' })

    const result = await there.ask('runs.unarchive', { file: await uploaded(there, content) })
    expect(result).toMatchObject({ run: here.run, name: 'my run', outcome: 'imported' })
    expect(changes(there)).toBe(1)
    expect(there.store.loadArtifact(here.run, null, 'w')).toStrictEqual(here.store.loadArtifact(here.run, null, 'w'))
  })

  it('report problems with the file name that the user knows, and keep the upload for a copy', async () => {
    const studio = withRun()
    const made = await studio.ask('runs.archive', { run: studio.run })
    const content = await fetched(studio, made.file)
    studio.store.claimRun(studio.run)
    studio.store.setStatus(studio.run, 'failed', 'no luck')
    const file = await uploaded(studio, content)
    expect(await studio.refusal('runs.unarchive', { file })).toMatchObject({
      code: 'exists',
      message: expect.stringContaining('differs from mine.sparserun'),
    })
    expect(await studio.ask('runs.unarchive', { file, asCopy: true })).toMatchObject({
      name: 'my run (copy)',
      outcome: 'imported',
    })
    content[5000] ^= 1
    expect(await studio.refusal('runs.unarchive', { file: await uploaded(studio, content) })).toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/^mine\.sparserun is damaged/),
    })
  })

  it('read only what was written for the page', async () => {
    const studio = openStudio()
    const { file } = await studio.ask('files.open', { path: `${studio.folder}/train.txt` })
    expect(await studio.refusal('files.read', { file, from: 0 })).toMatchObject({
      code: 'notReadable',
      message: 'train.txt can be imported, but not read by the page.',
    })
  })
})

it('changes of tags, names and runs are sent to every window', async () => {
  const studio = withRun()
  await studio.ask('runs.tag', { run: studio.run, add: ['x'] })
  await studio.ask('runs.rename', { run: studio.run, name: 'y' })
  await studio.ask('runs.delete', { run: studio.run })
  expect(changes(studio)).toBe(3)
})
