/**
 * Packed models: any damage is noticed, files of earlier versions are read with a warning, and the tokenisation travels
 * with the model.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleMetadata, decodeBundle, encodeBundle } from '../../main/store/bundle.ts'
import { loadModel } from '../../main/tagger/model.ts'
import { decodePacked, encodePacked } from '../../main/tagger/packed.ts'
import { tokeniserFor } from '../../main/data/tokens/tokeniser.ts'
import { Draw } from '../support/arrays.ts'
import { run as command } from '../cli/helpers.ts'
import { corpusFiles, tinyConfig } from '../support/corpus.ts'
import { finished, type Experiment } from '../support/experiments.ts'

/** A corpus that splits clitics: `do n't`. */
const clitics = Object.fromEntries(
  Object.entries(corpusFiles()).map(([name, text]) => [
    name,
    `do VERB O\nn't X O\nit X O\n's VERB O\n\n`.repeat(3) + text,
  ]),
)

let experiment: Experiment
let whole: Buffer
beforeAll(async () => {
  experiment = await finished(tinyConfig({ methods: ['hard'] }), clitics)
  const { store, runId } = experiment
  whole = encodePacked(loadModel(store, runId), store.getRun(runId).config)
})

/** The same model as version 1 wrote it. */
function versionOne(): Buffer {
  const arrays = decodeBundle(whole)
  const { tokens: _, ...header } = JSON.parse(bundleMetadata(whole).model)
  const sum = Object.values(arrays).reduce((all, { data }) => crc32(new Uint8Array(data.buffer), all), 0)
  return encodeBundle(arrays, { format: 'sparse-sharing packed 1', crc32: String(sum), model: JSON.stringify(header) })
}

describe('a packed model', () => {
  test('with any one bit changed is refused', () => {
    const draw = new Draw('flipped bits')
    const headerEnd = 8 + Number(whole.readBigUInt64LE(0))
    const places = [
      ...Array.from({ length: Math.ceil(headerEnd / 5) }, (_, i) => 5 * i),
      ...Array.from({ length: 200 }, () => draw.int(0, whole.length)),
      whole.length - 1,
    ]
    for (const place of places) {
      const damaged = Buffer.from(whole)
      damaged[place] ^= 1 << draw.int(0, 8)
      expect(() => decodePacked(damaged), `byte ${place}`).toThrow()
    }
    const renamed = Buffer.from(whole.toString('latin1').replace('NOUN', 'NOUO'), 'latin1')
    expect(() => decodePacked(renamed)).toThrow('its bytes are not the ones that were written')
  })

  test('holds how its training corpus splits text into tokens', () => {
    const { model, warning } = decodePacked(whole)
    expect(warning).toBeNull()
    expect(model.tokens).toEqual(loadModel(experiment.store, experiment.runId).tokens)
    expect(model.tokens!.clitics.toSorted()).toEqual(["'s", "n't"])
  })

  test('of version 1 is read, with a warning, and keeps the tokenisation that it had', async () => {
    const old = versionOne()
    const { model, warning } = decodePacked(old)
    expect(warning).toMatch(/written by an earlier version, and its checksum does not cover its tags and words/)
    expect(model.tokens).toBeNull()
    expect(model.networks).toEqual(decodePacked(whole).model.networks)
    expect(tokeniserFor(model.tokens).offsets("don't")).toEqual([0, 5])

    writeFileSync(join(experiment.folder, 'old.packed'), old)
    writeFileSync(join(experiment.folder, 'new.packed'), whole)
    writeFileSync(join(experiment.folder, 'letter.txt'), "I don't.\n")
    const words = async (...argv: string[]) => {
      const { out, err } = await command(['tag', ...argv, 'letter.txt'], { cwd: experiment.folder })
      return {
        words: out
          .trimEnd()
          .split('\n')
          .map((row) => row.split('\t')[0]),
        err,
      }
    }
    expect((await words('new.packed')).words).toEqual(['I', 'do', "n't", '.'])
    expect((await words('new.packed', '--tokens', 'plain')).words).toEqual(['I', "don't", '.'])
    const fromOld = await words('old.packed')
    expect(fromOld.words).toEqual(['I', "don't", '.'])
    expect(fromOld.err).toMatch(/warning: old\.packed: this packed model was written by an earlier version/)
    expect((await words('old.packed', '--tokens', 'corpus')).err).toMatch(/was not recorded with this model/)
    expect((await words('last', '--db', 'runs.db')).words).toEqual(['I', 'do', "n't", '.'])
  })

  test('of version 1 with damaged weights is refused', () => {
    const damaged = versionOne()
    damaged[damaged.length - 5] ^= 1
    expect(() => decodePacked(damaged)).toThrow('its weights are not the ones that were written')
  })
})

test('a run without a record of its tokens is tokenised as before', () => {
  const { store, runId } = experiment
  const kept = loadModel(store, runId).tokens
  store.saveDocument(runId, 'tokens', null)
  expect(loadModel(store, runId).tokens).toBeNull()
  store.saveDocument(runId, 'tokens', { ...kept, version: 9 })
  expect(() => loadModel(store, runId)).toThrow(/token conventions cannot be read: version/)
  store.saveDocument(runId, 'tokens', kept)
})
