/** Requests about settings: the list, the check, conversion to and from a file. */
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../main/config/load.ts'
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { METHODS } from '../../shared/settings/methods.ts'
import { setAt, valueAt } from '../../shared/util/nested.ts'
import { PRESETS, presetSettings } from '../../shared/settings/presets.ts'
import type { ConfigCheck, ConfigResults, SettingInfo } from '../../shared/protocol/requests/config.ts'
import { folderWith } from '../config/helpers.ts'
import { open } from '../store/fixtures.ts'
import { openTestApi } from '../support/api.ts'

function api() {
  const opened = openTestApi(open())
  onTestFinished(() => opened.close())
  const ask = async <K extends keyof ConfigResults>(name: K, args: object): Promise<ConfigResults[K]> => {
    const reply = await opened.call(name, args)
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
    return reply.value as ConfigResults[K]
  }
  return {
    settings: () => ask('config.settings', {}),
    check: (config: object) => ask('config.check', { config }),
    toFile: async (config: object, style?: 'short' | 'full') => (await ask('config.toFile', { config, style })).text,
    fromFile: (text: string, path?: string) => ask('config.fromFile', { text, name: 'a.yaml', path }),
  }
}

/** A config whose file exists. */
function right(more: object = {}): Record<string, unknown> {
  const folder = folderWith({ 'train.txt': '' })
  return { corpora: { main: { train: join(folder, 'train.txt') } }, tasks: { ner: { tags: 3 } }, ...more }
}

const concrete = (path: readonly string[]) =>
  path.map((part, i) => (part !== '*' ? part : path[i - 1] === 'corpora' ? 'main' : 'ner'))
const paths = ({ problems }: ConfigCheck) => problems.map(({ path }) => path.join('.'))

describe('config.settings', () => {
  test('has every setting of the schema with its description, and a default unless it is required', async () => {
    const { settings, sections } = await api().settings()
    const parsed = configSchema.parse({ corpora: { main: { train: 'a' } }, tasks: { ner: {} } })
    for (const { path, description, default: usual } of settings) {
      expect(description, path.join('.')).not.toBe('')
      if (path.at(-1) !== 'train') expect(usual, path.join('.')).toEqual(valueAt(parsed, concrete(path)))
    }
    expect(sections.map(({ path }) => path.join('.'))).toEqual(
      expect.arrayContaining(['model', 'optimizer', 'warmup', 'imp', 'joint', 'tasks.*']),
    )
  })

  test('has the type and bounds of each', async () => {
    const { settings } = await api().settings()
    const of = (name: string) => settings.find(({ path }) => path.join('.') === name)
    expect(of('imp.minDensity')).toMatchObject({
      type: 'number',
      nullable: false,
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      exclusiveMaximum: false,
    })
    expect(of('imp.maxRounds')).toMatchObject({
      type: 'integer',
      nullable: true,
      default: null,
      minimum: 1,
      maximum: null,
    })
    expect(of('model.dropout')).toMatchObject({
      minimum: 0,
      exclusiveMinimum: false,
      maximum: 1,
      exclusiveMaximum: true,
    })
    expect(of('methods')).toMatchObject({ type: 'choices', choices: [...METHODS] })
    expect(of('joint.sampling')).toMatchObject({ type: 'choice', choices: ['proportional', 'roundRobin', 'annealed'] })
    expect([of('tasks.*.tags')?.type, of('model.vectors')?.type, of('model.crf')?.type, of('name')?.type]).toEqual([
      'column',
      'file',
      'boolean',
      'text',
    ])
  })
})

describe('config.check', () => {
  test('fills in the defaults', async () => {
    const given = right({ imp: { epochs: 7 } })
    expect(await api().check(given)).toEqual({ given, problems: [], config: configSchema.parse(given) })
  })

  test('any one wrong setting is one problem at its path', async () => {
    const { settings, check } = api()
    const cases = (await settings()).settings.flatMap((setting) =>
      wrongValues(setting).map((value) => ({ path: concrete(setting.path), value })),
    )
    expect(cases.length).toBeGreaterThan(150)
    const given = right()
    for (const { path, value } of cases) {
      const wrong = structuredClone(given)
      setAt(wrong, path, value)
      const { problems, config } = await check(wrong)
      expect(
        problems.map((problem) => problem.path),
        `${path.join('.')} = ${JSON.stringify(value)}`,
      ).toEqual([path])
      expect(problems[0].message).toMatch(/expected|must|missing|letters/)
      expect(config).toBeNull()
    }
  })

  /** Outside every bound, right at a bound that is not allowed, and of every other type. */
  function wrongValues({
    type,
    nullable,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
  }: SettingInfo): unknown[] {
    const number = type === 'integer' || type === 'number'
    return [
      ...(nullable ? [] : [null]),
      {},
      '',
      ...(type === 'choices' ? [[], ['zebra'], 'sparse'] : [[1]]),
      ...(number || type === 'column' ? [] : [7]),
      ...(number ? ['7'] : []),
      ...(type === 'boolean' ? ['true'] : [true]),
      ...(type === 'choice' ? ['zebra'] : []),
      ...(type === 'integer' || type === 'column' ? [1.5] : []),
      ...(number && minimum !== null ? [exclusiveMinimum ? minimum : minimum - 1] : []),
      ...(number && maximum !== null ? [exclusiveMaximum ? maximum : maximum + 1] : []),
    ]
  }

  test.each<[string, object, string]>([
    ['no data', { corpora: undefined, tasks: undefined }, 'corpora tasks'],
    ['no task', { tasks: {} }, 'tasks'],
    ['a task without tags', { tasks: { ner: {} } }, 'tasks.ner.tags'],
    ['a task with two kinds of tags', { tasks: { ner: { tags: 1, synthetic: 'position' } } }, 'tasks.ner.synthetic'],
    ['a task of no corpus', { tasks: { ner: { tags: 1, corpus: 'zebra' } } }, 'tasks.ner.corpus'],
    ['a setting there is not', { imp: { epoch: 1 } }, 'imp.epoch'],
    ['a group that is none', { imp: 3 }, 'imp'],
    ['a name that cannot be', { tasks: { 'a b': { tags: 1 } } }, 'tasks.a b'],
    ['an even width', { model: { charWidth: 4 } }, 'model.charWidth'],
    ['a file that is not there', { model: { vectors: '/no/such/file' } }, 'model.vectors'],
    ['a path from nowhere', { model: { vectors: 'glove.txt' } }, 'model.vectors'],
    [
      'several, of every kind',
      { imp: { epochs: 0 }, tasks: { ner: { corpus: 'zebra', tags: 1 } }, model: { vectors: '/no', layers: 9 } },
      'model.layers imp.epochs tasks.ner.corpus model.vectors',
    ],
  ])('%s is told where it is', async (_, more, where) => {
    const checked = await api().check(right(more))
    expect(paths(checked).join(' ')).toBe(where)
    expect(checked.config).toBeNull()
  })

  test('a task without its corpus among several', async () => {
    const { corpora } = right() as { corpora: Record<string, object> }
    const checked = await api().check({ corpora: { a: corpora.main, b: corpora.main }, tasks: { ner: { tags: 3 } } })
    expect(checked.problems).toEqual([
      {
        path: ['tasks', 'ner', 'corpus'],
        where: null,
        message: 'tasks.ner.corpus is missing: there are several corpora (a, b)',
      },
    ])
  })
})

describe('a file', () => {
  const configs: [string, object][] = [
    ['the defaults', {}],
    ['every method', { methods: [...METHODS], name: 'yes: no # 1', seed: 0 }],
    [
      'nothing where there is a default',
      { imp: { clipNorm: null, patience: 3, pruningRate: 0.3 }, joint: { clipValue: null }, model: { crf: true } },
    ],
    [
      'several tasks',
      {
        tasks: {
          ner: { tags: 3, kind: 'span', scheme: 'IOB1', corpus: 'main' },
          pp: { synthetic: 'position' },
          '7': { tags: 'MISC:NP' },
        },
      },
    ],
  ]

  test.each(
    configs.flatMap(
      ([name, more]) =>
        [
          [name, 'short', more],
          [name, 'full', more],
        ] as const,
    ),
  )('of %s, %s, reads back as it was, in the window and on the command line', async (_, style, more) => {
    const { toFile, fromFile } = api()
    const config = configSchema.parse(right(more))
    const text = await toFile(config, style)
    expect((await fromFile(text)).config).toEqual(config)
    const folder = folderWith({ 'a.yaml': text })
    expect(loadConfig({ file: 'a.yaml', flags: [], shortcuts: [], cwd: folder }).config).toEqual(config)
  })

  test('is short unless asked for in full: one line of comment, and what is not the default', async () => {
    const config = {
      corpora: { main: { train: '/a.txt' } },
      tasks: { ner: { tags: 3 } },
      imp: { epochs: 7, patience: null },
    }
    const lines = (await api().toFile(config)).split('\n')
    expect(lines[0]).toMatch(/^# /)
    expect(lines.slice(1).join('\n')).toBe(
      'corpora:\n  main:\n    train: /a.txt\ntasks:\n  ner:\n    tags: 3\nimp:\n  epochs: 7\n',
    )
    expect(
      (await api().toFile(config, 'full')).split('\n').filter((line) => line.includes('#')).length,
    ).toBeGreaterThan(40)
  })

  test('is not written for wrong settings', async () => {
    await expect(api().toFile(right({ imp: { epochs: 0 } }))).rejects.toThrow(
      'badConfig: imp.epochs: found 0, expected a whole number of at least 1',
    )
  })

  test('with problems reports them by line, and its content is kept', async () => {
    const { train } = (right() as { corpora: { main: { train: string } } }).corpora.main
    const checked = await api().fromFile(
      `corpora:\n  main: { train: ${train} }\ntasks:\n  ner: { tags: 3 }\nimp:\n  epoch: 3\n  minDensity: 2\nmodel: { vectors: ${train}x }\n`,
    )
    expect(checked.problems.map(({ where, path }) => `${where} ${path.join('.')}`)).toEqual([
      'a.yaml:7 imp.minDensity',
      'a.yaml:6 imp.epoch',
      'a.yaml:8 model.vectors',
    ])
    expect(checked.given).toMatchObject({ imp: { epoch: 3, minDensity: 2 } })
  })

  test('that is not YAML is refused with the line', async () => {
    await expect(api().fromFile('imp: {epochs: 3\n')).rejects.toThrow(/^badConfig: a\.yaml:\d: not valid YAML/)
    await expect(api().fromFile('just text')).rejects.toThrow('a.yaml:1: expected settings')
  })

  test('has its relative paths from its folder where that is known, and is asked for them where it is not', async () => {
    const folder = folderWith({ 'data/train.txt': '', 'vectors.txt': '' })
    const text =
      'corpora: { main: { train: data/train.txt } }\ntasks: { ner: { tags: 3 } }\nmodel: { vectors: vectors.txt }\n'
    const known = await api().fromFile(text, join(folder, 'a.yaml'))
    expect(known.config?.corpora.main.train).toBe(join(folder, 'data/train.txt'))
    expect((known.given as unknown as ExperimentConfig).model.vectors).toBe(join(folder, 'vectors.txt'))

    const unknown = await api().fromFile(text)
    expect(unknown.problems).toMatchObject([
      {
        path: ['corpora', 'main', 'train'],
        where: 'a.yaml:1',
        message: expect.stringContaining('data/train.txt: is relative to an unknown folder') as string,
      },
      { path: ['model', 'vectors'], where: 'a.yaml:3' },
    ])
    expect(unknown.given).toMatchObject({ model: { vectors: 'vectors.txt' } })
  })
})

test.each(PRESETS.map((preset) => [preset.title, preset] as const))(
  'preset %s is right, and names settings there are',
  async (_, preset) => {
    const { settings, check } = api()
    const info = (await settings()).settings
    const given = right()
    for (const { path, value } of presetSettings(preset, info)) setAt(given, path, value)
    expect((await check(given)).problems).toEqual([])
    for (const name of Object.keys(preset.settings)) expect(info.map(({ path }) => path.join('.'))).toContain(name)
  },
)
