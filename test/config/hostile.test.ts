/** Config files and settings made to break the program: each is refused quickly, with file and reason. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkSettings } from '../../main/config/check.ts'
import { readConfigText } from '../../main/config/document.ts'
import { settingOfFlag } from '../../main/config/flags.ts'
import { loadConfig } from '../../main/config/load.ts'
import { nearest } from '../../main/config/nearest.ts'
import { searchedTasks } from '../../shared/settings/plan.ts'
import { setAt } from '../../shared/util/nested.ts'
import { folderWith, problemsOfThrown } from './helpers.ts'

const load = (cwd: string, file: string | null, short: { name: string; text: string }[] = []) =>
  loadConfig({ file, flags: [], shortcuts: short, cwd })

function problems(text: string): string[] {
  return problemsOfThrown(() => load(folderWith({ 'a.yaml': text }), 'a.yaml'))
}

/** A billion laughs in miniature: nine aliases of nine aliases … */
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`),
].join('\n')

describe('a config file', () => {
  test.each<[string, string, string]>([
    ['JSON 100,000 levels deep', `${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`, 'a.yaml: larger than 128 kB'],
    ['JSON 20,000 levels deep', `${'{"a":'.repeat(2e4)}1${'}'.repeat(2e4)}`, 'a.yaml:1: nested too deeply'],
    ['open brackets', `a: 1\nb: ${'['.repeat(1e5)}`, 'a.yaml:2: nested too deeply'],
    ['lists in lists', `${'- '.repeat(5e4)}x`, 'a.yaml:1: nested too deeply'],
    ['complex keys', `${'? '.repeat(5e4)}x`, 'a.yaml:1: nested too deeply'],
    ['a line indented by 1,000', `a:\n${' '.repeat(1000)}b: 1`, 'a.yaml:2: nested too deeply'],
    ['a YAML bomb', BOMB, 'a.yaml: its aliases (*name) expand to too many values'],
    ['an anchor in itself', 'a: &a [*a]', 'a.yaml: its aliases (*name) expand to too many values'],
    ['3 MB', `name: ${'x'.repeat(3e6)}`, 'a.yaml: larger than 128 kB'],
    ['a task named __proto__', 'tasks: {__proto__: {tags: 1}}', 'a.yaml:1: tasks.__proto__: invalid name'],
    ['a key named __proto__', '__proto__: {tags: 1}', 'a.yaml:1: __proto__: invalid name'],
  ])('with %s is refused', (_, text, message) => {
    const lines = problems(text)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(message)
  })

  test('with 5,000 unknown keys gets a short message, with suggestions for the first ones only', () => {
    const lines = problems(Array.from({ length: 5000 }, (_, i) => `imp.epoch${i % 10}${i}: 1`).join('\n'))
    expect(lines).toHaveLength(101)
    expect(lines.at(-1)).toBe('… and 4902 more problems')
    expect(lines.filter((line) => line.includes('did you mean')).length).toBeLessThanOrEqual(20)
  })

  test('with 20,000 unknown settings, as the window may send it, is checked in full', () => {
    const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`epoch${i}`, 1]))
    const found = checkSettings({ corpora: { m: { train: 'x' } }, tasks: { t: { tags: 1 } }, imp: unknown }).problems
    expect(found).toHaveLength(20_000)
    expect(found[0].message).toBe('imp.epoch0 is not a setting; did you mean imp.epochs?')
    expect(found[19_999].message).toBe('imp.epoch19999 is not a setting')
  })

  test('with 20,000 tasks of unknown corpora is checked in full', () => {
    const tasks = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`t${i}`, { tags: 1, corpus: `c${i}x` }]))
    const corpora = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`c${i}`, { train: 'x' }]))
    const found = checkSettings({ corpora, tasks }).problems
    expect(found).toHaveLength(20_000)
    expect(found[0].message).toContain('did you mean')
    expect(Math.max(...found.map(({ message }) => message.length))).toBeLessThan(500)
  })

  test('with a wrong number that JSON has no word for shows it', () => {
    expect(
      problems('corpora: {m: {train: x}}\ntasks: {t: {tags: 1}}\nimp: {epochs: 1e400, pruningRate: .nan}'),
    ).toEqual(
      expect.arrayContaining([
        expect.stringContaining('imp.epochs: found Infinity'),
        expect.stringContaining('imp.pruningRate: found NaN'),
      ]),
    )
  })

  test('passed as text by the window is refused in the same way', () => {
    const text = `{"a": ${'['.repeat(1e5)}`
    expect(problemsOfThrown(() => readConfigText({ text, name: 'b.json', path: null }))).toEqual([
      'b.json:1: nested too deeply to be a config file',
    ])
  })

  test.skipIf(process.platform === 'win32')('that is a pipe or a device is refused without being opened', () => {
    const cwd = folderWith({})
    execFileSync('mkfifo', [join(cwd, 'pipe')])
    expect(problemsOfThrown(() => load(cwd, 'pipe'))).toEqual(['pipe: is a pipe or a device, expected a file'])
    expect(problemsOfThrown(() => load(cwd, '/dev/zero'))).toEqual([
      '/dev/zero: is a pipe or a device, expected a file',
    ])
    expect(
      problemsOfThrown(() =>
        load(cwd, null, [
          { name: 'train', text: 'pipe' },
          { name: 'task', text: 'a=1' },
        ]),
      ),
    ).toEqual([expect.stringMatching(/^--train: corpora\.main\.train: pipe: is a pipe, expected a file/)])
  })
})

describe('names from people', () => {
  test('do not reach Object.prototype', () => {
    const cwd = folderWith({ 'train.txt': 'x' })
    const short = (name: string) => [
      { name: 'train', text: 'train.txt' },
      { name: 'task', text: `${name}=3` },
    ]
    expect(problemsOfThrown(() => load(cwd, null, short('__proto__')))).toEqual([
      '--task: tasks.__proto__: invalid name: __proto__ is reserved',
    ])
    setAt({}, ['tickets', 'rounds', '__proto__', 'x'], 1)
    setAt({}, ['constructor', 'prototype', 'x'], 1)
    expect({}).not.toHaveProperty('tags')
    expect({}).not.toHaveProperty('x')
    expect(settingOfFlag('tickets.rounds.__proto__.x')).toBeUndefined()
  })

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s is a task like any other', (name) => {
    const cwd = folderWith({ 'train.txt': 'x' })
    const { config } = load(cwd, null, [
      { name: 'train', text: 'train.txt' },
      { name: 'task', text: `${name}=3` },
    ])
    expect(Object.keys(config.tasks)).toEqual([name])
    expect(searchedTasks(config)).toEqual([name])
    const file = folderWith({
      'train.txt': 'x',
      'a.yaml': `corpora: {${name}: {train: train.txt}}\ntasks: {${name}: {tags: 3}}\nname: x`,
    })
    expect(load(file, 'a.yaml').config).toMatchObject({ tasks: { [name]: { tags: 3 } } })
  })
})

test('a name of 10,000 characters, or one among 100,000, gets its suggestion in bounded time', () => {
  expect(nearest('x'.repeat(10_000), ['imp.epochs'])).toEqual([])
  expect(nearest('imp.epoch', ['imp.epochs', 'y'.repeat(1e6)])).toEqual(['imp.epochs'])
  expect(
    nearest(
      'name5',
      Array.from({ length: 1e5 }, (_, i) => `name${i}`),
    ),
  ).toEqual(['name5'])
})
