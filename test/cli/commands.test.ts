import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configSchema } from '../../shared/settings/config.ts'
import { openStore } from '../../main/store/index.ts'
import { readAs } from '../../main/cli/commands/train.ts'
import type { CorpusFormat } from '../../shared/annotation/formats.ts'
import { commands } from '../../main/cli/commands/index.ts'
import { project, run } from './helpers.ts'

const lines = (text: string) => text.trimEnd().split('\n')
/** The events of --json, one per line. */
const json = (text: string) =>
  lines(text).map((line) => JSON.parse(line) as { type: string; run: string; [more: string]: unknown })

/** The project with one finished run in it. */
async function trained(): Promise<{ cwd: string; id: string }> {
  const cwd = project()
  const { out, code } = await run(['train', 'a.yaml'], { cwd })
  expect(code).toBe(0)
  return { cwd, id: /^run (\S+)/.exec(out)![1] }
}

describe('train', () => {
  test('prints every epoch, round and choice in a pipe, then the result', async () => {
    const { out, err, code } = await run(['train', 'a.yaml', '--name', 'mine'], { cwd: project() })
    expect(code).toBe(0)
    expect(out).toMatch(/^run \S+ {2}mine\n/)
    expect(out).toContain('pos round 0: dense, 2 epochs, 40 steps\n')
    expect(out).toContain('ner round 1: epoch 2/2  loss 0.2500  dev 81.00 (best)  2.0k tok/s  2 s\n')
    expect(out).toContain('ner round 1 (density 89.13 %): best dev 81.00 at epoch 2 of 2\n')
    expect(out).toContain('ner: chose the subnet of round 1, density 89.13 %, dev 90.50\n')
    expect(out).toContain('7 of 7 trainings done\n')
    expect(out).toContain('sparse sharing')
    expect(out).not.toContain('\x1b')
    expect(err).toBe('warning: main: 3 sentences are very long\n')
  })

  test('--json prints one event per line, the report last', async () => {
    const { out, code } = await run(['train', 'a.yaml', '--json'], { cwd: project() })
    const events = json(out)
    expect(code).toBe(0)
    expect(events[0]).toMatchObject({ type: 'run', name: 'little' })
    expect(events.at(-1)).toMatchObject({ type: 'report', run: events[0].run, report: { prunable: 530_730 } })
    expect(events.filter(({ type }) => type === 'epoch')).toHaveLength(2 * 3 * 2 + 3)
    expect(events.some(({ type }) => type === 'steps')).toBe(false)
  })

  test('--json --steps prints every step', async () => {
    const { out } = await run(['train', 'a.yaml', '--json', '--steps'], { cwd: project() })
    expect(json(out).filter(({ type }) => type === 'steps').length).toBeGreaterThan(100)
  })

  test('a failed run is exit code 1, with the command that resumes it', async () => {
    const cwd = project()
    const { err, code } = await run(['train', 'a.yaml', '--name', 'fails', '--db', 'my.db'], { cwd })
    expect(code).toBe(1)
    expect(err).toMatch(
      /error: no luck\n {2}The progress is saved\. .* resume with: sparse-sharing resume \S+ --db my\.db\n$/,
    )
    expect((await run(['show', 'last', '--db', 'my.db'], { cwd })).out).toMatch(/fails {2}failed\n {2}no luck\n/)
  })

  test('a run of another process is not taken over', async () => {
    const { cwd, id } = await trained()
    const store = openStore(join(cwd, 'studio.db'))
    store.setStatus(id, 'stopped')
    store.claimRun(id)
    const { err, code } = await run(['resume', id], { cwd })
    store.close()
    expect(code).toBe(1)
    expect(err).toMatch(/^error: Run \S+ is already running: .*\n$/)
  })

  test('wrong settings are exit code 2, on stderr, before anything is created', async () => {
    const cwd = project()
    const { out, err, code } = await run(['train', 'a.yaml', '--imp.epoch', '3', '--seed', 'x', '--imp.epochs'], {
      cwd,
    })
    expect(lines(err)).toEqual([
      'error: --imp.epoch is not a setting; did you mean --imp.epochs?',
      'error: --imp.epochs needs a value',
      'error: --seed: found "x", expected a whole number from 0 to 4294967295',
    ])
    expect([out, code]).toEqual(['', 2])
    expect(existsSync(join(cwd, 'studio.db'))).toBe(false)
  })

  test.each([
    [['--no-model.crf', '--model.crf'], true],
    [['--model.crf', '--no-model.crf'], false],
    [['--model.crf=false'], false],
    [['--model.crf', 'true'], true],
  ])('%j leaves model.crf at %s', async (flags, value) => {
    const { out } = await run(['config', 'a.yaml', '--json', ...flags], { cwd: project() })
    expect(JSON.parse(out).model.crf).toBe(value)
  })
})

test('train says what each corpus was read as, unless the settings say it', () => {
  const file = (corpus: string, split: 'train' | 'dev', format: CorpusFormat) => ({
    ...{ corpus, split, format, hash: '', path: `${split}.txt`, bytes: 1, sentences: 1, tokens: 1 },
  })
  const corpus = (format: 'auto' | 'conll') =>
    configSchema.parse({ corpora: { c: { train: 'train.txt', format } }, tasks: { t: { tags: 1 } } }).corpora.c
  const datasets = [file('a', 'train', 'conllu'), file('a', 'dev', 'conllu'), file('b', 'train', 'conll')]
  expect(readAs(datasets, { a: corpus('auto'), b: corpus('conll') })).toEqual(['a: read as CoNLL-U'])
  expect(readAs([...datasets, file('b', 'dev', 'conllu')], { b: corpus('auto') })).toEqual([
    'b: read train as CoNLL columns, dev as CoNLL-U',
  ])
})

describe('extend', () => {
  const extended = async (cwd: string, ...words: string[]) => {
    const { code, err } = await run(['extend', 'last', ...words], { cwd })
    if (code !== 0) return err
    const store = openStore(join(cwd, 'studio.db'))
    const { config, name } = store.getRun('last')
    store.close()
    return {
      name,
      extend: config.extend,
      epochs: config.imp.epochs,
      corpora: Object.keys(config.corpora),
      tasks: Object.fromEntries(
        Object.entries(config.tasks).map(([task, { corpus, tags }]) => [task, `${corpus} ${tags}`]),
      ),
    }
  }

  test('reuses settings and tasks; --train defines a new corpus', async () => {
    const { cwd, id } = await trained()
    expect(await extended(cwd, '--train', 'test.txt', '--task', 'topic=1', '--private')).toEqual({
      name: 'little + topic',
      extend: { run: id, how: 'private', rounds: {} },
      epochs: 2,
      corpora: ['main', 'topic'],
      tasks: { pos: 'main 1', ner: 'main 3', topic: 'topic 1' },
    })
  })

  test('without files, the new task is a column of the existing corpus; named corpora and settings win', async () => {
    const { cwd, id } = await trained()
    expect(await extended(cwd, '--task', 'main=2', '--imp.epochs', '7')).toMatchObject({
      extend: { run: id, how: 'joint' },
      epochs: 7,
      corpora: ['main'],
      tasks: { main: 'main 2' },
    })
    const again = await trained()
    expect(await extended(again.cwd, '--task', 'main=2', '--train', 'test.txt')).toMatchObject({
      corpora: ['main', 'main-2'],
      tasks: { main: 'main-2 2' },
    })
    const named = await trained()
    expect(
      await extended(named.cwd, '--corpora.web.train', 'test.txt', '--dev', 'dev.txt', '--tasks.x.tags', '1'),
    ).toMatchObject({ corpora: ['main', 'web'], tasks: { x: 'web 1' } })
  })

  test('reports every problem', async () => {
    const { cwd } = await trained()
    const errors = await extended(cwd, '--train', 'none.txt', '--task', 'topic', '--imp.epoch', '3')
    for (const part of ['--task: found "topic"', 'did you mean --imp.epochs', 'none.txt: there is no such file'])
      expect(errors).toContain(part)
    expect(await run(['extend', 'nobody', '--task', 'x=1'], { cwd })).toMatchObject({
      code: 1,
      err: 'error: There is no run nobody.\n',
    })
    expect((await run(['extend'], { cwd })).code).toBe(2)
  })
})

describe('resume', () => {
  test('of a finished run says so', async () => {
    const { cwd, id } = await trained()
    expect(await run(['resume', 'last'], { cwd })).toMatchObject({
      code: 0,
      out: `run ${id} is already finished; see: sparse-sharing show ${id}\n`,
    })
    expect(json((await run(['resume', 'last', '--json'], { cwd })).out).at(-1)).toMatchObject({
      type: 'report',
      run: id,
    })
  })

  test('of an unknown run is exit code 1', async () => {
    const { cwd } = await trained()
    expect(await run(['resume', 'zzz'], { cwd })).toMatchObject({ code: 1, err: 'error: There is no run zzz.\n' })
  })
})

describe('show', () => {
  test('has all parts and fits 80 columns', async () => {
    const { cwd, id } = await trained()
    const { out } = await run(['show', id.slice(-4)], { cwd, tty: true, columns: 80, env: { NO_COLOR: '1' } })
    for (const part of [
      `Run ${id}  little  finished`,
      'seed 2019',
      'Results',
      'single task',
      '1602k',
      'Subnets',
      '* round 1, density 89.00 %',
      'Overlap',
      'bilstm.0.fw.W',
      '0.200',
      'Differences from the paper',
      'imp.maxRounds',
      'abababababab',
      'Node 24.0.0',
    ]) {
      expect(out).toContain(part)
    }
    expect(lines(out).filter((line) => line.length > 80)).toEqual([])
    expect(out).not.toContain('\x1b')
  })

  test('--json is one document with the trainings', async () => {
    const { cwd, id } = await trained()
    const { out } = await run(['show', 'last', '--json'], { cwd })
    const document = JSON.parse(out)
    expect(document).toMatchObject({
      id,
      status: 'finished',
      config: { name: 'little' },
      report: { prunable: 530_730 },
    })
    expect(document.trainings.map(({ key }: { key: string }) => key)).toContain('imp/ner/2')
    expect(document.trainings[0].epochs).toHaveLength(2)
  })

  test('--labels prints precision, recall and F1 of every label; --json has them too', async () => {
    const { cwd, id } = await trained()
    const { out } = await run(['show', id, '--labels'], { cwd, tty: true, columns: 100, env: { NO_COLOR: '1' } })
    expect(out).toMatch(/^ner, dev$/m)
    expect(out).toMatch(/^type +spans +P +R +F1 +P +R +F1$/m)
    expect(out).toMatch(/^PER +1 +100\.00 +100\.00 +100\.00 +100\.00 +100\.00 +100\.00$/m)
    expect(out).toMatch(/^micro +50\.00 +50\.00 +50\.00 /m)
    expect(out).not.toContain('Differences from the paper')
    const { labels } = JSON.parse((await run(['show', id, '--json'], { cwd })).out)
    expect(labels).toMatchObject([{ task: 'ner', split: 'dev', kind: 'span' }])
    expect(labels[0].methods[1]).toMatchObject({ method: 'sparse', scores: { micro: { f1: 50 }, tokens: 3 } })
  })

  test('without a database says so and creates none', async () => {
    const cwd = project()
    const { err, code } = await run(['show', 'last', '--db', 'no.db'], { cwd })
    expect([code, err]).toEqual([1, `error: there are no runs yet: no database at ${join(cwd, 'no.db')}\n`])
    expect(existsSync(join(cwd, 'no.db'))).toBe(false)
  })
})

describe('runs', () => {
  test('are listed with status and best mean dev score', async () => {
    const { cwd, id } = await trained()
    const { out } = await run(['runs'], { cwd })
    expect(out).toMatch(new RegExp(`${id} +little +finished +single,sparse +pos,ner +sparse 91\\.05`))
    expect(JSON.parse((await run(['runs', '--json'], { cwd })).out)).toMatchObject([
      { id, status: 'finished', best: { method: 'sparse' } },
    ])
  })

  test('that have not started are queued; the earlier name created works too', async () => {
    const { cwd, id } = await trained()
    const store = openStore(join(cwd, 'studio.db'))
    const { config, environment } = store.getRun(id)
    store.createRun({ name: 'next', config, environment, datasets: [] })
    store.close()
    for (const status of ['queued', 'created']) {
      const { out } = await run(['runs', '--status', status], { cwd })
      expect(out).toMatch(/next +queued/)
      expect(out).not.toContain('little')
    }
    expect((await run(['show', 'next'], { cwd })).out).toContain('next  queued')
  })

  test('fit the terminal by shortening names', async () => {
    const { cwd } = await trained()
    await run(['train', 'a.yaml', '--name', 'a very long name that nobody can read in one line of a table'], { cwd })
    const { out } = await run(['runs'], { cwd, tty: true, columns: 80 })
    expect(lines(out).filter((line) => line.length > 80)).toEqual([])
    expect(out).toContain('…')
  })

  test('are empty without a database; filters are checked', async () => {
    const cwd = project()
    expect(await run(['runs', '--json'], { cwd })).toMatchObject({ code: 0, out: '[]\n' })
    expect(await run(['runs', '--status', 'done'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected one of queued, running'),
    })
    expect(await run(['runs', '--limit', '0'], { cwd })).toMatchObject({ code: 2 })
  })
})

describe('delete', () => {
  test('asks, and deletes only after yes', async () => {
    const { cwd, id } = await trained()
    expect(await run(['delete', 'last'], { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(await run(['delete', 'last'], { cwd, answer: '' })).toMatchObject({ code: 1 })
    expect((await run(['runs'], { cwd })).out).toContain(id)
    expect(await run(['delete', 'last', '-y'], { cwd })).toMatchObject({
      code: 0,
      out: expect.stringContaining(`deleted run ${id} (little)`),
    })
    expect((await run(['runs'], { cwd })).out).toBe('no runs yet\n')
  })

  test('deletes an experiment by name, without its runs unless they are asked for', async () => {
    const { cwd, id } = await trained()
    const store = openStore(join(cwd, 'studio.db'))
    const files = { a: { train: ['a.txt'] } }
    const definition = { title: 'x', about: 'x', seeds: [1], files, config: {}, paper: { scores: {} } }
    const { config } = store.getRun(id)
    store.addTags(id, ['experiment:mini'])
    const save = () =>
      store.saveExperiment({
        id: '0123456789abcdef',
        name: 'mini',
        createdAt: '2024-01-01T00:00:00.000Z',
        definition,
        plan: [{ seed: 1, variant: null, config }],
      })
    save()
    expect(await run(['delete'], { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('--experiment NAME') })
    const other = ['delete', '--experiment', 'other', '-y']
    expect(await run(other, { cwd })).toMatchObject({ code: 2, err: expect.stringContaining('no experiment other') })
    expect((await run(['delete', '--experiment', 'mini', '-y'], { cwd })).out).toMatch(/^deleted experiment mini/)
    expect(store.listExperiments()).toEqual([])
    expect(store.listRuns().map((one) => one.id)).toEqual([id])
    save()
    const both = ['delete', '--experiment', 'mini', '--with-runs', '-y']
    expect((await run(both, { cwd })).out).toMatch(/and 1 run\n$/)
    expect(store.listRuns()).toEqual([])
    store.close()
  })
})

describe('config', () => {
  test('prints an example that is a valid experiment', async () => {
    const { out, code } = await run(['config'], { cwd: project() })
    expect(code).toBe(0)
    expect(configSchema.parse(parse(out)).imp).toEqual(configSchema.parse(parse(out)).imp)
    expect(out).toContain('# Stage 1: iterative magnitude pruning.\nimp:\n')
  })

  test('accepts flags without a file', async () => {
    expect(parse((await run(['config', '--imp.epochs', '12'], { cwd: project() })).out)).toMatchObject({
      imp: { epochs: 12 },
      tasks: { ner: { tags: 3 } },
    })
    const { out } = await run(['config', '--train', 'no.txt', '--task', 'u=UPOS'], { cwd: project() })
    expect(parse(out)).toMatchObject({ corpora: { main: { train: 'no.txt' } }, tasks: { u: { tags: 'UPOS' } } })
  })

  test('--check reports problems and missing files with exit code 2', async () => {
    const cwd = project()
    expect(await run(['config', '--check', 'a.yaml'], { cwd })).toMatchObject({
      code: 0,
      out: '',
      err: 'a.yaml: no problems found\n',
    })
    expect(await run(['config', '--check', 'a.yaml', '--test', 'no.txt'], { cwd })).toMatchObject({
      code: 2,
      err: expect.stringContaining('no such file'),
    })
    expect(await run(['config', '--check'], { cwd })).toMatchObject({ code: 2 })
  })
})

describe('the command line', () => {
  const cwd = project
  test.each<[string[], number, string]>([
    [['--help'], 0, 'Commands:'],
    [['help', 'train'], 0, '--imp.epochs N'],
    [['train', '--help'], 0, '--[no-]model.crf'],
    [['show', '-h'], 0, 'Usage: sparse-sharing show RUN'],
    [['--version'], 0, 'sparse-sharing 1.2.3'],
    [[], 2, 'Usage:'],
    [['trian'], 2, 'trian is not a command; did you mean train?'],
    [['show'], 2, 'show needs RUN'],
    [['show', 'a', 'b'], 2, 'unexpected argument "b"'],
    [['runs', '--jsno'], 2, 'did you mean --json?'],
    [['runs', '--json=yes'], 2, '--json takes no value'],
    [['help', 'zebra'], 2, 'zebra is not a command'],
    [['train', '--epochs', '3'], 2, 'did you mean --warmup.epochs or --imp.epochs or --joint.epochs?'],
    [['train', '--name', '--json'], 2, '--name needs a value'],
    [['config', '--tasks'], 2, '--tasks is a group of settings; set one of them, such as --tasks.NAME.corpus\n'],
    [
      ['config', '--tasks.ner', '3'],
      2,
      '--tasks.ner is a group of settings; set one of them, such as --tasks.ner.corpus\n',
    ],
    [['config', '--imp'], 2, '--imp is a group of settings; set one of them, such as --imp.epochs\n'],
    [['config', '--imp.epochs=1e400'], 2, '--imp.epochs: found "1e400", expected a whole number of at least 1\n'],
    [['config', '--imp.epochs='], 2, '--imp.epochs: found nothing, expected a whole number of at least 1\n'],
    [['config', '--tickets.rounds.__proto__.x', '1'], 2, 'invalid name: __proto__ is reserved\n'],
    [['config', '--tickets.rounds.__proto__', '1'], 2, 'invalid name: __proto__ is reserved\n'],
    [['runs', '--db='], 2, '--db needs a value\n'],
    [['runs', '--db'], 2, '--db needs a value\n'],
    [['runs', '-x'], 2, '-x is not a flag\n'],
    [['runs', '--=3'], 2, '-- is not a flag\n'],
    [['x'.repeat(5000)], 2, 'x… is not a command'],
    [['config', `--${'x'.repeat(5000)}`], 2, 'x… is not a flag\n'],
    [['train', '--no-imp.epochs'], 2, '--no-imp.epochs is not a setting; did you mean --imp.epochs?'],
  ])('%j', async (argv, code, text) => {
    const outcome = await run(argv, { cwd: cwd() })
    expect(outcome.code).toBe(code)
    expect(code === 0 ? outcome.out : outcome.err).toContain(text)
    expect(code === 0 ? outcome.err : outcome.out).toBe('')
  })

  test('help lists every setting and fits 80 columns', async () => {
    const { out } = await run(['help', 'config'], { cwd: cwd(), tty: true, columns: 80 })
    expect(out).toContain('--tasks.NAME.trainScheme CHOICE')
    expect(
      lines(out)
        .slice(8)
        .filter((line) => line.length > 80),
    ).toEqual([])
  })

  test('a stack is shown only on request', async () => {
    expect((await run(['show', 'x'], { cwd: cwd() })).err).not.toContain('    at ')
    expect((await run(['show', 'x'], { cwd: cwd(), env: { SPARSE_SHARING_DEBUG: '1' } })).err).toContain('    at ')
  })
})

test('every command has the name and the aliases under which it is loaded', async () => {
  for (const { name, aliases, load } of commands) {
    const command = await load()
    expect([command.name, command.aliases]).toEqual([name, aliases])
  }
})
