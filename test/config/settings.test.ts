import { describe, expect, test } from 'vitest'
import { configSchema } from '../../shared/settings/config.ts'
import { expected } from '../../main/config/expected.ts'
import { settingOfFlag, valueOfText } from '../../main/config/flags.ts'
import { editDistance, nearest } from '../../main/config/nearest.ts'
import { settings } from '../../main/config/settings.ts'

const minimal = {
  corpora: { main: { train: 'train.txt' } },
  tasks: { ner: { tags: 3 } },
  tickets: { rounds: { ner: 2 } },
  extend: { rounds: { ner: 2 } },
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown>)[key], value)
}

/** The paths of everything in a config that is not a group. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]))
}

const concrete = (path: readonly string[]) =>
  path.map((part, i) => (part !== '*' ? part : path[i - 1] === 'corpora' ? 'main' : 'ner'))

describe('settings', () => {
  test('are exactly the leaves of a parsed config', () => {
    const parsed = leaves(configSchema.parse(minimal))
      .map((path) => path.join('.'))
      .sort()
    expect(settings.map(({ path }) => concrete(path).join('.')).sort()).toEqual(parsed)
  })

  test('have the defaults of the schema', () => {
    const parsed = configSchema.parse({ ...minimal, tasks: { ner: {} }, tickets: {}, extend: {} })
    for (const setting of settings) {
      if (setting.path.at(-1) === 'train') continue
      expect(setting.default, setting.path.join('.')).toEqual(valueAt(parsed, concrete(setting.path)))
    }
  })

  test('are all described', () => {
    expect(settings.filter(({ description }) => description === '')).toEqual([])
  })
})

describe('flags', () => {
  test.each(settings.map((setting) => [concrete(setting.path).join('.'), setting] as const))(
    '--%s reaches its setting',
    (name, setting) => {
      const target = settingOfFlag(name)
      expect(target?.path).toEqual(concrete(setting.path))
      expect(target?.setting).toBe(setting)
    },
  )

  test.each(
    settings
      .filter((setting) => setting.default !== undefined)
      .map((setting) => [concrete(setting.path).join('.'), setting] as const),
  )('the default of --%s as text is the default again', (_, setting) => {
    const text =
      setting.default === null
        ? 'none'
        : Array.isArray(setting.default)
          ? setting.default.join(',')
          : String(setting.default)
    expect(valueOfText(setting, text)).toEqual(setting.default)
  })

  test('a corpus may have dots in its name', () => {
    expect(settingOfFlag('corpora.ptb.v3.train')?.path).toEqual(['corpora', 'ptb.v3', 'train'])
  })

  test.each(['imp', 'imp.epoch', 'corpora.train', 'corpora..train', 'tasks.ner', 'tasks.__proto__.tags', ''])(
    '%j is no setting',
    (name) => {
      expect(settingOfFlag(name)).toBeUndefined()
    },
  )

  test('values that do not fit the setting stay text', () => {
    expect(valueOfText(settingOfFlag('name')!.setting, '2019')).toBe('2019')
    expect(valueOfText(settingOfFlag('imp.epochs')!.setting, '10x')).toBe('10x')
    expect(valueOfText(settingOfFlag('imp.epochs')!.setting, '')).toBe('')
    expect(valueOfText(settingOfFlag('optimizer.learningRate')!.setting, '1e-3')).toBe(0.001)
  })

  test('a column is a number or a name', () => {
    const { setting } = settingOfFlag('tasks.ner.tags')!
    expect([valueOfText(setting, '3'), valueOfText(setting, 'UPOS'), valueOfText(setting, 'none')]).toEqual([
      3,
      'UPOS',
      null,
    ])
  })
})

test.each([
  ['imp.epochs', 'a whole number of at least 1'],
  ['imp.minDensity', 'a number above 0 and at most 1'],
  ['imp.pruningRate', 'a number above 0 and below 1'],
  ['model.dropout', 'a number of at least 0 and below 1'],
  ['model.wordDropout', 'a number from 0 to 1'],
  ['model.crf', 'true or false'],
  ['methods', 'a list of single, subnet, hard, soft, hierarchical, sparse'],
  ['imp.patience', 'a whole number of at least 1, or none'],
  ['tasks.ner.synthetic', 'position, or none'],
  ['backend', 'one of auto, native, tensorflow, webgpu, cpu'],
])('%s is expected to be %s', (name, words) => {
  expect(expected(settingOfFlag(name)!.setting, 'none')).toContain(words)
})

describe('nearest', () => {
  test.each([
    ['imp.epoch', ['imp.epochs']],
    ['imp.epohcs', ['imp.epochs']],
    ['imp.min-density', ['imp.minDensity']],
    ['IMP.MINDENSITY', ['imp.minDensity']],
    ['epochs', ['imp.epochs', 'joint.epochs']],
    ['model.learningRate', ['optimizer.learningRate']],
    ['zebra', []],
  ])('%s → %j', (name, names) => {
    expect(nearest(name, ['imp.epochs', 'joint.epochs', 'imp.minDensity', 'optimizer.learningRate', 'seed'])).toEqual(
      names,
    )
  })

  test.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'xbc', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
