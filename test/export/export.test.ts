/**
 * Export of a small real run: every format contains the weights of the run under its masks, to the bit, with
 * metadata.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exportRun } from '../../main/export/index.ts'
import { TaggingEngine } from '../../main/tagger/engine.ts'
import { loadModel } from '../../main/tagger/model.ts'
import { encodePacked } from '../../main/tagger/packed.ts'
import { loadFrom } from '../../main/tagger/modelSource.ts'
import { sizeOf } from '../../shared/util/arrays.ts'
import type { ExportFormat, ExportJob } from '../../shared/runs/exporting.ts'
import { labelsOfRun } from '../../shared/analysis/runLabels.ts'
import { density, keptCount, unionAll, type Mask } from '../../shared/network/mask.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import { encoderBiasCount, layerMask, prunableCount, prunableLayers } from '../../shared/network/parameters.ts'
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
})

let count = 0
async function exported(formats: ExportFormat[], choice: Partial<ExportJob> = {}) {
  const folder = join(experiment.folder, `export-${count++}`)
  const result = await exportRun(experiment.store, {
    run: experiment.runId,
    formats,
    folder,
    replace: false,
    version: '1.2.3',
    ...choice,
  })
  return { folder, result, path: (name: string) => join(folder, name) }
}

/** The mask that the run chose for a task. */
const chosenMask = (task: string): Mask =>
  outcome.masks[`${task}/${outcome.report!.tickets.find((ticket) => ticket.task === task)!.chosen}`]
const floats = (bytes: Buffer) =>
  new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))

/** The training that a method's weights for a task come from, and their mask. */
function origin(method: Method, task: string): { key: string; mask: Mask | null } {
  const chosen = outcome.report!.tickets.find((ticket) => ticket.task === task)!.chosen
  if (method === 'single') return { key: trainingKey({ phase: 'imp', task, round: 0 }), mask: null }
  if (method === 'subnet') return { key: trainingKey({ phase: 'imp', task, round: chosen }), mask: chosenMask(task) }
  return { key: method, mask: method === 'sparse' ? chosenMask(task) : null }
}

describe.each(METHODS)('safetensors of %s', (method) => {
  test('every task has its weights under its mask and no head of another task', async () => {
    const { path, result } = await exported(['safetensors'], { method })
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

test('pruned weights are 0, and there are some', async () => {
  const { path } = await exported(['safetensors'])
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

test.skipIf(!hasNumpy)('npz: NumPy reads the same arrays (skipped if python3 has no numpy)', async () => {
  const { path } = await exported(['safetensors', 'npz'])
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
    const { path } = await exported(['packed'], { method })
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
    '%j: the encoder takes no more than its kept weights, its biases, one bit per weight and mask, and 4 KiB',
    async (tasks) => {
      const { path } = await exported(['packed'], { tasks })
      const { metadata, arrays } = readSafetensors(path('model.packed'))
      const { shape } = loadModel(experiment.store, experiment.runId).networks[0]
      const masks = tasks.map(chosenMask)
      const bound =
        4 * keptCount(unionAll(masks)) + (tasks.length * prunableCount(shape)) / 8 + 4 * encoderBiasCount(shape) + 4096
      const outside = [...arrays]
        .filter(([name]) => /^0\.(word|char\.table|char\.projection|head)/.test(name))
        .reduce((sum, [, { bytes }]) => sum + bytes.length, 0)
      // The file without word and character tables, projection, heads, and the escaped JSON of vocabulary and shapes.
      const encoder = statSync(path('model.packed')).size - outside - Buffer.byteLength(JSON.stringify(metadata.model))
      expect(encoder).toBeLessThanOrEqual(bound)
      expect(encoder).toBeGreaterThan(4 * keptCount(unionAll(masks)))
      const kept = prunableLayers(shape).reduce((sum, { name }) => sum + sizeOf(arrays.get(`0.kept.${name}`)!.shape), 0)
      expect(kept).toBe(keptCount(unionAll(masks)))
    },
  )

  test('tag accepts it in place of a run, without a database', async () => {
    const { folder } = await exported(['packed'])
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

  test('temperatures come along: used when asked for, or where the run uses them; tags stay the same', async () => {
    const { store, runId, database } = experiment
    const { path } = await exported(['packed', 'safetensors'])
    const fitted = store.temperatures(runId, 'sparse')
    const temperatures = (file: string, calibrated?: boolean) =>
      loadFrom({ file, name: 'model.packed' }, { calibrated }).model.networks.flatMap(({ tasks }) =>
        tasks.map(({ name, temperature = 1 }) => [name, temperature]),
      )
    expect(temperatures(path('model.packed'))).toEqual([
      ['pos', 1],
      ['np', 1],
    ])
    expect(new Map(temperatures(path('model.packed'), true) as [string, number][])).toEqual(fitted)
    expect(readSafetensors(path('np.safetensors')).metadata.temperature).toBe(String(fitted.get('np')))

    const cwd = folderOf({ 'dev.txt': readFileSync(join(experiment.folder, 'dev.txt'), 'utf8') })
    const flags = ['dev.txt', '--format', 'conll', '--confidence']
    const plain = await command(['tag', path('model.packed'), ...flags], { cwd })
    const asked = await command(['tag', path('model.packed'), ...flags, '--calibrated'], { cwd })
    const ofRun = await command(['tag', 'last', '--db', database, ...flags, '--calibrated'], { cwd })
    expect(asked.out).toBe(ofRun.out)
    expect(asked.out).not.toBe(plain.out)
    // Word, tags, probabilities: without the latter, nothing differs.
    const withoutNumbers = (text: string) => text.replace(/\b[01]\.\d+/g, '')
    expect(withoutNumbers(asked.out)).toBe(withoutNumbers(plain.out))

    store.calibrate(runId, true)
    const used = await exported(['packed'])
    store.calibrate(runId, false)
    expect(new Map(temperatures(used.path('model.packed')) as [string, number][])).toEqual(fitted)
    expect(readFileSync(used.path('README.md'), 'utf8')).toContain('The run itself uses them.')
  })

  test('a packed model without temperatures says so', async () => {
    const model = loadModel(experiment.store, experiment.runId)
    const networks = model.networks.map((network) => ({
      ...network,
      tasks: network.tasks.map(({ name, mask }) => ({ name, mask })),
    }))
    const { path } = await exported(['packed'])
    writeFileSync(path('old.packed'), encodePacked({ ...model, networks }, experiment.config))
    expect(() => loadFrom({ file: path('old.packed'), name: 'old.packed' }, { calibrated: true })).toThrow(
      'old.packed has no temperatures fitted on dev, which calibrated confidence needs: export it again',
    )
  })

  test('damaged, truncated or another file: refused with the reason', async () => {
    const { path } = await exported(['packed', 'safetensors'])
    const whole = readFileSync(path('model.packed'))
    const loading = (bytes: Uint8Array) => {
      writeFileSync(path('bad.packed'), bytes)
      return () => loadFrom({ file: path('bad.packed'), name: 'bad.packed' })
    }
    const flipped = Buffer.from(whole)
    flipped[whole.length - 5] ^= 1
    expect(loading(flipped)).toThrow(
      /bad\.packed is not a packed model that can be read: its bytes are not the ones that were written/,
    )
    expect(loading(whole.subarray(0, -1))).toThrow(
      /bad\.packed is not a packed model that can be read: Not a readable bundle/,
    )
    expect(loading(Buffer.from('EU rejects German call'))).toThrow(/not a packed model/)
    expect(loading(readFileSync(path('np.safetensors')))).toThrow(
      /found "sparse-sharing subnet 1", expected "sparse-sharing packed 2"/,
    )
  })
})

describe('the folder', () => {
  test('contains vocabulary, settings and a card with scores, hashes and densities, but no local folder', async () => {
    const { path, result } = await exported(['safetensors', 'packed'])
    expect(result.files.map(({ name }) => name)).toEqual([
      'pos.safetensors',
      'np.safetensors',
      'model.packed',
      'vocabulary.json',
      'tokens.json',
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
    const [{ scores: ofLabels }] = labelsOfRun(
      store,
      runId,
      ({ task, split }) => task === 'np' && split === 'test',
    )[0].methods.filter(({ method }) => method === 'sparse')
    const { label, gold, precision, recall, f1 } = ofLabels.labels[0]
    expect(card).toContain(
      `| ${label} | ${gold} | ${[precision, recall, f1].map((one) => one.toFixed(2)).join(' | ')} |`,
    )
    // Temperatures are stated, and that the run does not use them.
    for (const [task, temperature] of store.temperatures(runId, 'sparse'))
      expect(card).toContain(`| ${task} | sparse sharing | ${temperature.toFixed(3)} |`)
    expect(card).toContain('The run itself does not use them.')
    expect(card).toContain('span F1 (conlleval)')
    for (const task of ['pos', 'np']) expect(card).toContain(`${(100 * density(chosenMask(task))).toFixed(2)} % |`)
    for (const { hash } of store.getRun(runId).datasets) expect(card).toContain(hash)
    expect(card).toContain(`|∩M| / |∪M|: ${(100 * outcome.report!.overlap!.all).toFixed(2)} %`)
    expect(card).toContain(params.toLocaleString('en'))
    expect(card).toMatch(/^license: #/m)
    expect(card).toContain('load_file("pos.safetensors")')
    expect(card).not.toContain('np.load')
    for (const { name } of result.files) expect(readFileSync(path(name)).includes(folder), name).toBe(false)
  })

  test('is not overwritten; --force replaces an export, but not a user’s own files', async () => {
    const { folder, path } = await exported(['safetensors'])
    const again = (replace: boolean) => exported(['packed'], { folder, replace, tasks: ['np'] })
    const before = readdirSync(folder)
    await expect(again(false)).rejects.toThrow(/already exists: .*--force/)
    writeFileSync(path('notes.txt'), 'mine')
    await expect(again(true)).rejects.toThrow(/contains other files too, and is not replaced/)
    expect(readdirSync(folder)).toEqual([...before, 'notes.txt'].sort())
    rmSync(path('notes.txt'))
    await again(true)
    expect(readdirSync(folder)).toEqual(['README.md', 'config.yaml', 'model.packed', 'tokens.json', 'vocabulary.json'])
    mkdirSync(join(experiment.folder, 'empty'))
    await expect(exported(['packed'], { folder: join(experiment.folder, 'empty'), replace: true })).rejects.toThrow(
      /is not an export/,
    )
    expect(readdirSync(experiment.folder).filter((name) => name.includes('.part-'))).toEqual([])
  })

  test('tasks whose file names differ only in case are refused together, but exported one by one', async () => {
    const { store, runId, folder } = await finished(
      tinyConfig({ methods: ['hard'], tasks: { np: { tags: 2 }, NP: { tags: 2 } }, joint: { epochs: 1 } }),
    )
    const job = { run: runId, formats: ['npz'], replace: false, version: '1.2.3' } as const
    await expect(exportRun(store, { ...job, folder: join(folder, 'both') })).rejects.toThrow(
      /tasks np and NP would differ only in case.*--task/,
    )
    expect(existsSync(join(folder, 'both'))).toBe(false)
    const { files } = await exportRun(store, { ...job, tasks: ['NP'], folder: join(folder, 'one') })
    expect(files.map(({ name }) => name)).toContain('NP.npz')
  })

  test('a failed export leaves nothing behind', async () => {
    await expect(exported(['safetensors'], { folder: join(experiment.folder, 'dev.txt', 'x') })).rejects.toThrow(
      /cannot be written: a part of its path is not a folder .* No incomplete export was left behind/,
    )
    expect(existsSync(join(experiment.folder, 'dev.txt', 'x'))).toBe(false)
    await expect(exported(['safetensors'], { tasks: ['ner'], folder: join(experiment.folder, 'ner') })).rejects.toThrow(
      /has no task ner; it has pos, np/,
    )
    expect(existsSync(join(experiment.folder, 'ner'))).toBe(false)
  })
})

test('the card of soft sharing has the formula, which row receives, and the order of the tasks', async () => {
  const { path } = await exported(['safetensors'], { method: 'soft', tasks: ['np'] })
  const card = readFileSync(path('README.md'), 'utf8')
  expect(card).toContain('z_t = Σ_s α[t, s] · h_s')
  expect(card).toContain('the row is the receiving task')
  expect(card).toContain('Order of the tasks in rows and columns: 0 = pos, 1 = np.')
  const { arrays, metadata } = readSafetensors(path('np.safetensors'))
  expect(arrays.get('soft.stitch.0')!.shape).toEqual([2, 2])
  expect(JSON.parse(metadata.model).tasks).toEqual(['pos', 'np'])
})

test('the card of hierarchical sharing has the layers of each task and their density', async () => {
  const { path } = await exported(['npz'], { method: 'hierarchical' })
  const card = readFileSync(path('README.md'), 'utf8')
  const { shape } = loadModel(experiment.store, experiment.runId, { method: 'hierarchical' }).networks[0]
  const mask = layerMask(shape, 'pos')
  expect(keptCount(mask)).toBeLessThan(prunableCount(shape))
  const [kept, all] = [keptCount(mask), prunableCount(shape)].map((count) => count.toLocaleString('en'))
  expect(card).toContain(`| pos | ${kept} of ${all} | ${(100 * density(mask)).toFixed(2)} % |`)
  expect(card).toContain(`| np | ${all} of ${all} | 100.00 % |`)
  expect(card).toContain('| pos | 1 | `bilstm.0` |')
  expect(card).toContain('| np | 2 | `bilstm.1` |')
})

test('an export removes the folder that a killed one left behind', async () => {
  const cwd = folderOf({})
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  mkdirSync(join(cwd, `.out.part-${dead}-abcdef`))
  mkdirSync(join(cwd, `.out.part-${process.ppid}-abcdef`))
  await exported(['packed'], { folder: join(cwd, 'out') })
  expect(readdirSync(cwd).sort()).toEqual([`.out.part-${process.ppid}-abcdef`, 'out'])
})

test('the command reports what it wrote, and problems', async () => {
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
    'tokens.json',
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
