import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configSchema } from '../../shared/settings/config.ts'
import { settingOfFlag, valueOfText } from '../../main/config/flags.ts'
import type { FlagValue } from '../../main/config/flags.ts'
import { loadConfig } from '../../main/config/load.ts'
import { withPathsFrom } from '../../main/config/paths.ts'
import { configToYaml, exampleConfig } from '../../main/config/print.ts'
import type { ShortFlag } from '../../main/config/shortcuts.ts'
import { folderWith, problemsOfThrown } from './helpers.ts'

const DATA = 'corpora:\n  main: {train: train.txt}\ntasks:\n  ner: {tags: 3}\n'

function flags(values: Record<string, string>): FlagValue[] {
  return Object.entries(values).map(([name, text]) => {
    const { path, setting } = settingOfFlag(name)!
    return { flag: `--${name}`, path, value: valueOfText(setting, text) }
  })
}

interface Given {
  file?: string | null
  set?: Record<string, string>
  short?: ShortFlag[]
  cwd: string
}
const load = ({ file = 'a.yaml', set = {}, short = [], cwd }: Given) =>
  loadConfig({ file, flags: flags(set), shortcuts: short, cwd })

function problems(yaml: string, set: Record<string, string> = {}, short: ShortFlag[] = []): string[] {
  const cwd = folderWith({ 'a.yaml': yaml, 'train.txt': '' })
  return problemsOfThrown(() => load({ cwd, set, short }))
}

describe('a file', () => {
  test('gives what it says and the schema’s defaults for the rest', () => {
    const cwd = folderWith({ 'a.yaml': `${DATA}imp:\n  epochs: 7\njoint:\n`, 'train.txt': '' })
    const { config, baseDir } = load({ cwd })
    expect(config).toEqual(
      configSchema.parse({
        corpora: { main: { train: 'train.txt' } },
        tasks: { ner: { tags: 3 } },
        imp: { epochs: 7 },
      }),
    )
    expect(baseDir).toBe(cwd)
  })

  test('may be JSON', () => {
    const cwd = folderWith({
      'a.json': JSON.stringify({ corpora: { main: { train: 'train.txt' } }, tasks: { ner: { tags: 3 } } }, null, 2),
      'train.txt': '',
    })
    expect(load({ file: 'a.json', cwd }).config.tasks.ner.tags).toBe(3)
  })

  test('in another folder: its paths start there, those of flags at the working directory', () => {
    const cwd = folderWith({ 'sub/a.yaml': DATA, 'sub/train.txt': '', 'dev.txt': '' })
    const { config, baseDir } = load({ file: 'sub/a.yaml', set: { 'corpora.main.dev': 'dev.txt' }, cwd })
    expect(baseDir).toBe(join(cwd, 'sub'))
    expect(config.corpora.main).toMatchObject({ train: 'train.txt', dev: join(cwd, 'dev.txt') })
  })
})

describe('flags', () => {
  test('override the file', () => {
    const cwd = folderWith({ 'a.yaml': `${DATA}imp: {epochs: 7, minDensity: 0.5}\n`, 'train.txt': '' })
    const { config } = load({ cwd, set: { 'imp.epochs': '9', methods: 'sparse,hard', 'imp.clipNorm': 'none' } })
    expect(config.imp).toMatchObject({ epochs: 9, minDensity: 0.5, clipNorm: null })
    expect(config.methods).toEqual(['sparse', 'hard'])
  })

  test('replace a wrong value in the file', () => {
    const cwd = folderWith({ 'a.yaml': `${DATA}imp: {epochs: ten}\n`, 'train.txt': '' })
    expect(load({ cwd, set: { 'imp.epochs': '9' } }).config.imp.epochs).toBe(9)
  })

  test('of the short form need no file', () => {
    const cwd = folderWith({ 'train.txt': '' })
    const short = [
      { name: 'train', text: 'train.txt' },
      { name: 'words', text: '1' },
      { name: 'task', text: 'pos=2' },
      { name: 'task', text: 'pp=position' },
      { name: 'task', text: 'u=UPOS' },
    ]
    const { config } = load({ file: null, short, cwd })
    expect(config.corpora).toMatchObject({ main: { train: 'train.txt', words: 1 } })
    expect(config.tasks).toMatchObject({
      pos: { tags: 2 },
      pp: { tags: null, synthetic: 'position' },
      u: { tags: 'UPOS' },
    })
  })

  test('of the short form apply to the only corpus of a file, whatever its name', () => {
    const cwd = folderWith({ 'a.yaml': DATA.replace('main', 'conll'), 'other.txt': '' })
    expect(load({ cwd, short: [{ name: 'train', text: 'other.txt' }] }).config.corpora.conll.train).toBe('other.txt')
  })
})

describe('problems', () => {
  test('are reported together, with line, key, what was found and what was expected', () => {
    expect(
      problems(`${DATA}imp:\n  epoch: 3\n  minDensity: 0\nmodel: {crf: maybe}\nmodle: {}\n`, { seed: 'x' }),
    ).toEqual([
      '--seed: found "x", expected a whole number from 0 to 4294967295',
      'a.yaml:6: imp.epoch is not a setting; did you mean imp.epochs?',
      'a.yaml:7: imp.minDensity: found 0, expected a number above 0 and at most 1',
      'a.yaml:8: model.crf: found "maybe", expected true or false',
      'a.yaml:9: modle is not a setting; did you mean model?',
    ])
  })

  test.each<[string, string, string]>([
    [
      'a misplaced key',
      'model: {learningRate: 1}',
      'a.yaml:5: model.learningRate is not a setting; did you mean optimizer.learningRate?',
    ],
    ['a number for text', 'name: 2019', 'a.yaml:5: name: found 2019, expected text (put it in quotes)'],
    [
      'a scalar for a list',
      'methods: sparse',
      'a.yaml:5: methods: found "sparse", expected a list of single, subnet, hard, soft, hierarchical, sparse',
    ],
    [
      'a wrong list entry',
      'methods: [sparse, tender]',
      'a.yaml:5: methods: found the list ["sparse","tender"], expected a list of single, subnet, hard, soft, ' +
        'hierarchical, sparse',
    ],
    ['a scalar for a group', 'imp: 3', 'a.yaml:5: imp: found 3, expected a group of settings'],
    ['a refinement', 'model: {charWidth: 4}', 'a.yaml:5: model.charWidth: found 4, must be odd'],
    ['a key twice', 'seed: 1\nseed: 2', 'a.yaml:6: not valid YAML: Map keys must be unique'],
  ])('%s', (_, line, message) => {
    expect(problems(`${DATA}${line}\n`)).toEqual([message])
  })

  test.each<[string, string, string]>([
    ['a task without tags', 'tasks:\n  ner: {}', 'a.yaml:4: tasks.ner has no tags: give tags (a column) or synthetic'],
    [
      'a task with both',
      'tasks:\n  ner: {tags: 1, synthetic: position}',
      'a.yaml:4: tasks.ner has both tags and synthetic: give one of them',
    ],
    [
      'an unknown corpus',
      'tasks:\n  ner: {tags: 1, corpus: mian}',
      'a.yaml:4: tasks.ner.corpus: there is no corpus "mian"; did you mean main?',
    ],
    ['a bad name', 'tasks:\n  "a b": {tags: 1}', 'a.yaml:4: tasks.a b: invalid name: letters, digits, _ and - only'],
    ['no task at all', 'tasks: {}', 'a.yaml:3: tasks: found a group of settings {}, needs at least one task'],
    ['no tasks', '', 'a.yaml:1: no task is given: name at least one under tasks, or with --task NAME=COLUMN'],
  ])('%s', (_, tasks, message) => {
    expect(problems(`corpora:\n  main: {train: train.txt}\n${tasks}\n`)).toEqual([message])
  })

  test('a task must name its corpus where there are several', () => {
    expect(problems('corpora:\n  a: {train: train.txt}\n  b: {train: train.txt}\ntasks:\n  ner: {tags: 1}\n')).toEqual([
      'a.yaml:5: tasks.ner.corpus is missing: there are several corpora (a, b)',
    ])
  })

  test.each([
    ['tickets: {run: a, rounds: {nre: 2}}', 'a.yaml:5: tickets.rounds.nre: there is no task nre; did you mean ner?'],
    ['tickets: {rounds: {ner: 2}}', 'a.yaml:5: tickets.rounds needs tickets.run: the run that has these rounds'],
    ['tickets: {rounds: {ner: -1}}', 'a.yaml:5: tickets.rounds.ner: found -1, expected a whole number of at least 0'],
    ['methods: [hard]\ntickets: {run: a}', 'a.yaml:5: methods: tickets.run needs sparse, which uses its subnets'],
    [
      'methods: [subnet, sparse]\ntickets: {run: a}',
      'a.yaml:5: methods: subnet cannot be combined with tickets.run, which skips the search that trains their ' +
        'weights; use sparse, or sparse and hard',
    ],
  ])('tickets by hand: %s', (more, message) => {
    expect(problems(`corpora:\n  main: {train: train.txt}\ntasks:\n  ner: {tags: 1}\n${more}\n`)).toEqual([message])
  })

  test.each([
    ['extend: {how: private}', 'a.yaml:5: extend.how: private needs extend.run: the run whose tasks stay as they are'],
    ['extend: {rounds: {pos: 2}}', 'a.yaml:5: extend.rounds needs extend.run: the run that has these rounds'],
    ['extend: {run: a}\nmethods: [single]', 'a.yaml:6: methods: extend.run needs sparse, which uses its subnets'],
    [
      'extend: {run: a}\ntickets: {run: b}',
      'a.yaml:6: tickets.run cannot be combined with extend.run, which uses the subnets of its own run; choose ' +
        'rounds with extend.rounds',
    ],
    [
      'extend: {run: a, how: private}\nmethods: [sparse, hard]',
      'a.yaml:6: methods: hard cannot be combined with extend.how: private, because they train all tasks; use ' +
        'sparse, or extend.how: joint',
    ],
  ])('a run extended: %s', (more, message) => {
    expect(problems(`corpora:\n  main: {train: train.txt}\ntasks:\n  ner: {tags: 1}\n${more}\n`)).toEqual([message])
  })

  test('a short flag cannot choose between corpora', () => {
    const yaml = 'corpora:\n  a: {train: train.txt}\n  b: {train: train.txt}\ntasks:\n  ner: {tags: 1, corpus: a}\n'
    expect(problems(yaml, {}, [{ name: 'dev', text: 'x' }])).toEqual([
      '--dev: there are several corpora (a, b): write --corpora.a.dev',
    ])
  })

  test.each(['pos', 'pos=', '=3'])('--task %s is no task', (text) => {
    expect(problems(DATA, {}, [{ name: 'task', text }])).toEqual([
      `--task: found ${JSON.stringify(text)}, expected NAME=COLUMN such as ner=3, or NAME=position`,
    ])
  })

  test('a missing data file', () => {
    const [line, ...more] = problems(DATA.replace('train.txt', 'trian.txt'))
    expect(line).toMatch(
      /^a\.yaml:2: corpora\.main\.train: trian\.txt: there is no such file \(looked for .*trian\.txt\)$/,
    )
    expect(more).toEqual([])
  })

  test('a missing config file hides missing settings, but not wrong flags', () => {
    const cwd = folderWith({})
    expect(problemsOfThrown(() => load({ file: 'no.yaml', cwd, set: { seed: 'x' } }))).toEqual([
      'no.yaml: there is no such file',
      '--seed: found "x", expected a whole number from 0 to 4294967295',
    ])
  })

  test.each(['- 1\n- 2\n', 'just text'])('%j is not settings', (text) => {
    expect(problems(text)).toEqual(['a.yaml:1: expected settings as "key: value"; found something else'])
  })
})

describe('printed config', () => {
  test('reads back as the same config', () => {
    const cwd = folderWith({
      'a.yaml': `${DATA}imp: {epochs: 7, pruningRate: 0.2}\nname: "yes: no # 1"\n`,
      'train.txt': '',
    })
    const set = {
      methods: 'single,sparse',
      'model.crf': 'true',
      'imp.clipNorm': 'none',
      'tasks.pp.synthetic': 'position',
      'tasks.ner.kind': 'span',
    }
    const { config } = load({ cwd, set })
    const again = folderWith({ 'a.yaml': configToYaml(config), 'train.txt': '' })
    expect(load({ cwd: again }).config).toEqual(config)
  })

  test('describes every setting', () => {
    const text = configToYaml(exampleConfig()).replaceAll(/\n\s*# /g, ' ')
    expect(text).toContain('Fraction of the remaining weights that each round prunes (the paper’s α).')
    expect(text).toContain(
      'File format. auto detects it from the first lines. conll2012 is the format of OntoNotes 5, webanno WebAnno ' +
        'TSV 3,',
    )
    expect(text).toContain('Scheme of the tags in the file. (auto | IOB1 | IOB2 | BIOES | BILOU)')
    expect(configToYaml(exampleConfig())).toMatch(/# Number of cores to use; 0 = all\.\nthreads: 0\n/)
  })

  test('has paths that work in the folder where it is printed', () => {
    const config = configSchema.parse({ corpora: { m: { train: 'a.txt', dev: '/b.txt' } }, tasks: { t: {} } })
    expect(withPathsFrom(config, '/x/y', '/x').corpora.m).toMatchObject({
      train: '/x/y/a.txt',
      dev: '/b.txt',
      test: null,
    })
    expect(withPathsFrom(config, '/x', '/x')).toEqual(config)
  })
})
