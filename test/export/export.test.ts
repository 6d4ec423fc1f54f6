/** Export of a real run in miniature: every format holds the weights of the run under its masks, bit for bit, and says what they are. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exportRun } from '../../main/export/index.ts'
import { TaggingEngine } from '../../main/tagger/engine.ts'
import { loadModel } from '../../main/tagger/model.ts'
import { loadFrom } from '../../main/tagger/modelSource.ts'
import { sizeOf } from '../../shared/util/arrays.ts'
import type { ExportFormat, ExportJob } from '../../shared/runs/exporting.ts'
import { density, keptCount, unionAll, type Mask } from '../../shared/network/mask.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { encoderBiasCount, prunableCount, prunableLayers } from '../../shared/network/parameters.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { sameBits } from '../support/arrays.ts'
import { FASTEST } from '../support/backends.ts'
import { folderOf, tinyConfig } from '../support/corpus.ts'
import { finished, outcomeOf, type Experiment, type Outcome } from '../support/experiments.ts'
import { run as command } from '../cli/helpers.ts'
import { hasNumpy, readByNumpy, readSafetensors, sha256 } from './readers.ts'

let experiment: Experiment
let outcome: Outcome
let words: string[][]
beforeAll(async () => {
  experiment = await finished(tinyConfig({ methods: [...METHODS], model: { crf: true, layers: 2 } }))
  outcome = outcomeOf(experiment)
  words = readFileSync(join(experiment.folder, 'dev.txt'), 'utf8')
    .trim()
    .split('\n\n')
    .map((sentence) => sentence.split('\n').map((line) => line.split(' ')[0]))
}, 60_000)

let count = 0
function exported(formats: ExportFormat[], choice: Partial<ExportJob> = {}) {
  const folder = join(experiment.folder, `export-${count++}`)
  const result = exportRun(experiment.store, {
    run: experiment.runId,
    formats,
    folder,
    replace: false,
    version: '1.2.3',
    ...choice,
  })
  return { folder, result, path: (name: string) => join(folder, name) }
}

/** The mask of a task as the run chose it. */
const chosenMask = (task: string): Mask =>
  outcome.masks[`${task}/${outcome.report!.tickets.find((ticket) => ticket.task === task)!.chosen}`]
const floats = (bytes: Buffer) =>
  new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))

/** Which training a method's weights for a task come from, and whether they are under a mask. */
function origin(method: Method, task: string): { key: string; mask: Mask | null } {
  const chosen = outcome.report!.tickets.find((ticket) => ticket.task === task)!.chosen
  if (method === 'single') return { key: trainingKey({ phase: 'imp', task, round: 0 }), mask: null }
  if (method === 'subnet') return { key: trainingKey({ phase: 'imp', task, round: chosen }), mask: chosenMask(task) }
  return { key: method, mask: method === 'sparse' ? chosenMask(task) : null }
}

describe.each(METHODS)('safetensors of %s', (method) => {
  test('every task has its weights under its mask and no head of another', () => {
    const { path, result } = exported(['safetensors'], { method })
    expect(result.tasks).toEqual(['pos', 'np'])
    for (const task of result.tasks) {
      const { arrays, metadata } = readSafetensors(path(`${task}.safetensors`))
      const { key, mask } = origin(method, task)
      const kept = new Map(mask?.layers.map((layer) => [layer.name, layer.kept]))
      const weights = [...arrays].filter(([name]) => !name.startsWith('mask.'))
      expect(weights.map(([name]) => name)).toEqual(
        expect.arrayContaining(['word.table', 'char.conv.W', `head.${task}.W`, `head.${task}.transitions`]),
      )
      expect(weights.some(([name]) => name.startsWith(`head.${task === 'pos' ? 'np' : 'pos'}.`))).toBe(false)
      for (const [name, { dtype, shape, bytes }] of weights) {
        const trained = outcome.weights[key][name]
        expect([name, dtype, shape]).toEqual([name, 'F32', trained.shape])
        const bits = kept.get(name)
        expect(
          sameBits(
            floats(bytes),
            Float32Array.from(trained.data, (value, i) => (bits === undefined || bits[i] === 1 ? value : 0)),
          ),
          name,
        ).toBe(true)
      }
      const masks = [...arrays].filter(([name]) => name.startsWith('mask.'))
      expect(masks.map(([name, { dtype, bytes }]) => [name, dtype, sha256(bytes)])).toEqual(
        (mask?.layers ?? []).map((layer) => [`mask.${layer.name}`, 'U8', sha256(layer.kept)]),
      )
      expect(metadata).toMatchObject({ method, task, run: experiment.runId })
      expect(JSON.parse(metadata.tags)).toEqual(
        loadModel(experiment.store, experiment.runId).vocabulary.tasks[task].tagNames,
      )
    }
  })
})

test('a pruned weight is there as 0, and there are some', () => {
  const { path } = exported(['safetensors'])
  const { arrays } = readSafetensors(path('np.safetensors'))
  const pruned = [...arrays]
    .filter(([name]) => name.startsWith('mask.'))
    .flatMap(([name, { bytes }]) => [...floats(arrays.get(name.slice(5))!.bytes)].filter((_, i) => bytes[i] === 0))
  expect(pruned.length).toBe(
    Math.round(
      (1 - density(chosenMask('np'))) * prunableCount(loadModel(experiment.store, experiment.runId).networks[0].shape),
    ),
  )
  expect(pruned.length).toBeGreaterThan(0)
  expect(pruned.every((value) => Object.is(value, 0))).toBe(true)
})

test.skipIf(!hasNumpy)('npz: NumPy reads the same arrays (skipped where python3 has no numpy)', () => {
  const { path } = exported(['safetensors', 'npz'])
  for (const task of ['pos', 'np']) {
    const expected = readSafetensors(path(`${task}.safetensors`))
    const found = readByNumpy(path(`${task}.npz`))
    expect(found.metadata).toEqual(expected.metadata)
    expect(found.arrays).toEqual(
      Object.fromEntries(
        [...expected.arrays].map(([name, { dtype, shape, bytes }]) => [
          name,
          [dtype === 'F32' ? '<f4' : '|u1', shape, sha256(bytes)],
        ]),
      ),
    )
  }
})

describe('packed', () => {
  test.each(METHODS)('%s: the same tags and the same bits of confidence on every sentence of dev', async (method) => {
    await FASTEST.use()
    const { path } = exported(['packed'], { method })
    const { store, runId } = experiment
    const tagged = async (model: ConstructorParameters<typeof TaggingEngine>[0]) => {
      const engine = new TaggingEngine(model)
      const tags = await engine.tag(words, true)
      engine.dispose()
      return tags
    }
    const expected = await tagged(loadModel(store, runId, { method }))
    const found = await tagged(loadFrom({ file: path('model.packed'), name: 'model.packed' }).model)
    expect(found.map(({ task, ids }) => [task, [...ids]])).toEqual(expected.map(({ task, ids }) => [task, [...ids]]))
    expected.forEach(({ confidence }, i) => expect(sameBits(found[i].confidence!, confidence!)).toBe(true))
    const [only] = await tagged(loadFrom({ file: path('model.packed'), name: 'model.packed' }, { tasks: ['np'] }).model)
    expect([only.task, [...only.ids]]).toEqual(['np', [...expected[1].ids]])
  })

  test.each([[['np']], [['pos']], [['pos', 'np']]])(
    '%j: the encoder takes no more than its kept weights, its biases, a bit a weight and mask, and 4 KiB',
    (tasks) => {
      const { path } = exported(['packed'], { tasks })
      const { metadata, arrays } = readSafetensors(path('model.packed'))
      const { shape } = loadModel(experiment.store, experiment.runId).networks[0]
      const masks = tasks.map(chosenMask)
      const bound =
        4 * keptCount(unionAll(masks)) + (tasks.length * prunableCount(shape)) / 8 + 4 * encoderBiasCount(shape) + 4096
      const outside = [...arrays]
        .filter(([name]) => /^0\.(word|char\.table|char\.projection|head)/.test(name))
        .reduce((sum, [, { bytes }]) => sum + bytes.length, 0)
      // All of the file but the word and character tables, the projection, the heads, and the JSON of vocabulary and shapes as the header escapes it.
      const encoder = statSync(path('model.packed')).size - outside - Buffer.byteLength(JSON.stringify(metadata.model))
      expect(encoder).toBeLessThanOrEqual(bound)
      expect(encoder).toBeGreaterThan(4 * keptCount(unionAll(masks)))
      const kept = prunableLayers(shape).reduce((sum, { name }) => sum + sizeOf(arrays.get(`0.kept.${name}`)!.shape), 0)
      expect(kept).toBe(keptCount(unionAll(masks)))
    },
  )

  test('tag takes it in place of a run, without a database', async () => {
    const { folder } = exported(['packed'])
    const cwd = folderOf({ 'dev.txt': readFileSync(join(experiment.folder, 'dev.txt'), 'utf8') })
    const flags = ['dev.txt', '--format', 'conll', '--confidence']
    const expected = await command(['tag', 'last', '--db', experiment.database, ...flags], { cwd })
    const found = await command(['tag', join(folder, 'model.packed'), ...flags], { cwd })
    expect(expected.out.length).toBeGreaterThan(100)
    expect([found.code, found.out]).toEqual([0, expected.out])
    expect(readdirSync(cwd)).toEqual(['dev.txt'])
    const wrong = async (...argv: string[]) => (await command(['tag', ...argv], { cwd })).err
    expect(await wrong(join(folder, 'model.packed'), 'dev.txt', '--task', 'ner')).toMatch(
      /model\.packed has no task ner; it has pos, np/,
    )
    expect(await wrong(join(folder, 'model.packed'), 'dev.txt', '--method', 'hard')).toMatch(
      /has the networks of sparse sharing, not of hard sharing/,
    )
    expect(await wrong('no.packed', 'dev.txt')).toBe('error: no.packed: found no such file, expected a packed model\n')
  })

  test('damaged, cut short or something else: refused with the reason', () => {
    const { path } = exported(['packed', 'safetensors'])
    const whole = readFileSync(path('model.packed'))
    const told = (bytes: Uint8Array) => {
      writeFileSync(path('bad.packed'), bytes)
      return () => loadFrom({ file: path('bad.packed'), name: 'bad.packed' })
    }
    const flipped = Buffer.from(whole)
    flipped[whole.length - 5] ^= 1
    expect(told(flipped)).toThrow(
      /bad\.packed is not a packed model that can be read: its weights are not the ones that were written/,
    )
    expect(told(whole.subarray(0, -1))).toThrow(
      /bad\.packed is not a packed model that can be read: Not a readable bundle/,
    )
    expect(told(Buffer.from('EU rejects German call'))).toThrow(/not a packed model/)
    expect(told(readFileSync(path('np.safetensors')))).toThrow(
      /found "sparse-sharing subnet 1", expected "sparse-sharing packed 1"/,
    )
  })
})

describe('the folder', () => {
  test('holds vocabulary, settings and a card with scores, hashes and densities, and no folder of this machine', () => {
    const { path, result } = exported(['safetensors', 'packed'])
    expect(result.files.map(({ name }) => name)).toEqual([
      'pos.safetensors',
      'np.safetensors',
      'model.packed',
      'vocabulary.json',
      'config.yaml',
      'README.md',
    ])
    for (const { name, bytes } of result.files) expect(statSync(path(name)).size).toBe(bytes)
    const { store, runId, folder } = experiment
    expect(JSON.parse(readFileSync(path('vocabulary.json'), 'utf8'))).toEqual(loadModel(store, runId).vocabulary)
    expect(parse(readFileSync(path('config.yaml'), 'utf8')).corpora.made).toMatchObject({
      train: 'train.txt',
      dev: 'dev.txt',
      test: 'test.txt',
    })
    const card = readFileSync(path('README.md'), 'utf8')
    const { scores, params } = outcome.report!.methods.find(({ method }) => method === 'sparse')!
    for (const { dev, test: once } of Object.values(scores))
      expect(card).toContain(`| ${dev.value.toFixed(2)} | ${once!.value.toFixed(2)} |`)
    expect(card).toContain('F1 of spans, conlleval counting')
    for (const task of ['pos', 'np']) expect(card).toContain(`${(100 * density(chosenMask(task))).toFixed(2)} % |`)
    for (const { hash } of store.getRun(runId).datasets) expect(card).toContain(hash)
    expect(card).toContain(`|∩M| / |∪M|: ${(100 * outcome.report!.overlap!.all).toFixed(2)} %`)
    expect(card).toContain(params.toLocaleString('en'))
    expect(card).toMatch(/^license: #/m)
    expect(card).toContain('load_file("pos.safetensors")')
    expect(card).not.toContain('np.load')
    for (const { name } of result.files) expect(readFileSync(path(name)).includes(folder), name).toBe(false)
  })

  test('is not overwritten; --force replaces an export, but nobody’s own files', () => {
    const { folder, path } = exported(['safetensors'])
    const again = (replace: boolean) => () => exported(['packed'], { folder, replace, tasks: ['np'] })
    const before = readdirSync(folder)
    expect(again(false)).toThrow(/is there already: .*--force/)
    writeFileSync(path('notes.txt'), 'mine')
    expect(again(true)).toThrow(/holds other files too, and is not replaced/)
    expect(readdirSync(folder)).toEqual([...before, 'notes.txt'].sort())
    rmSync(path('notes.txt'))
    again(true)()
    expect(readdirSync(folder)).toEqual(['README.md', 'config.yaml', 'model.packed', 'vocabulary.json'])
    mkdirSync(join(experiment.folder, 'empty'))
    expect(() => exported(['packed'], { folder: join(experiment.folder, 'empty'), replace: true })).toThrow(
      /is not an export/,
    )
    expect(readdirSync(experiment.folder).filter((name) => name.includes('.part-'))).toEqual([])
  })

  test('tasks whose files would differ by case alone are refused together, and taken one by one', async () => {
    const { store, runId, folder } = await finished(
      tinyConfig({ methods: ['hard'], tasks: { np: { tags: 2 }, NP: { tags: 2 } }, joint: { epochs: 1 } }),
    )
    const job = { run: runId, formats: ['npz'], replace: false, version: '1.2.3' } as const
    expect(() => exportRun(store, { ...job, folder: join(folder, 'both') })).toThrow(
      /tasks np and NP would differ by upper and lower case alone.*--task/,
    )
    expect(existsSync(join(folder, 'both'))).toBe(false)
    expect(
      exportRun(store, { ...job, tasks: ['NP'], folder: join(folder, 'one') }).files.map(({ name }) => name),
    ).toContain('NP.npz')
  })

  test('what cannot be written leaves nothing', () => {
    expect(() => exported(['safetensors'], { folder: join(experiment.folder, 'dev.txt', 'x') })).toThrow(
      /cannot be written: a part of its path is no folder .* Nothing was half written/,
    )
    expect(existsSync(join(experiment.folder, 'dev.txt', 'x'))).toBe(false)
    expect(() => exported(['safetensors'], { tasks: ['ner'], folder: join(experiment.folder, 'ner') })).toThrow(
      /has no task ner; it has pos, np/,
    )
    expect(existsSync(join(experiment.folder, 'ner'))).toBe(false)
  })
})

test('the command says what it wrote, and what is wrong', async () => {
  const cwd = folderOf({})
  const exporting = (...argv: string[]) => command(['export', 'last', '--db', experiment.database, ...argv], { cwd })
  const { code, out } = await exporting(
    '--format',
    'npz,safetensors',
    '--task',
    'np',
    '--method',
    'hard',
    '--out',
    'np',
  )
  expect(code).toBe(0)
  expect(out).toMatch(/^exported run \S+ \(tiny\), hard: np\n {2}np\.safetensors {2}\S+ k?B\n {2}np\.npz {2}/)
  expect(readdirSync(join(cwd, 'np'))).toEqual([
    'README.md',
    'config.yaml',
    'np.npz',
    'np.safetensors',
    'vocabulary.json',
  ])
  expect(await exporting('--out', 'x', '--format', 'gguf')).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      '--format: found "gguf", expected one or more of safetensors, npz, onnx, tfjs, packed',
    ),
  })
  expect(await exporting()).toMatchObject({ code: 2, err: expect.stringContaining('export needs --out FOLDER') })
  expect(await exporting('--out', 'np')).toMatchObject({ code: 1, err: expect.stringContaining('--force') })
  expect(readdirSync(cwd)).toEqual(['np'])
})
