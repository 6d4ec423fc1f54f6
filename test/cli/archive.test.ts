/** The commands `archive` and `unarchive` between two folders, which represent two machines. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { project, run } from './helpers.ts'

/** A folder with a finished run. */
async function trained(): Promise<{ home: string; id: string }> {
  const home = project()
  return { home, id: /^run (\S+)/.exec((await run(['train', 'a.yaml'], { cwd: home })).out)![1] }
}

/** A finished run and its archive in another folder, which has no database yet. */
async function archived(): Promise<{ home: string; id: string; cwd: string; file: string }> {
  const from = await trained()
  const cwd = project()
  const file = join(cwd, 'run.sparserun')
  expect(await run(['archive', 'last', '--out', file], { cwd: from.home })).toMatchObject({ code: 0, err: '' })
  return { ...from, cwd, file }
}

test('a run is saved as one file, named after it, and imported completely', async () => {
  const { home, id } = await trained()
  const { out, code } = await run(['archive', 'little'], { cwd: home })
  const name = `little-${id}.sparserun`
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`^saved run ${id} \\(little\\) as ${join(home, name)}, \\S+ .?B\n$`))
  expect(readdirSync(home)).toContain(name)
  const cwd = project()
  expect(await run(['unarchive', join(home, name)], { cwd })).toEqual({
    code: 0,
    out: `imported run ${id} (little)\n`,
    err: '',
  })
  const shown = async (folder: string) =>
    JSON.parse((await run(['show', id, '--json'], { cwd: folder })).out) as Record<string, unknown>
  const { report, trainings, status } = await shown(home)
  expect(await shown(cwd)).toMatchObject({ report, trainings, status })
  expect((await run(['archive', 'little'], { cwd: home })).err).toMatch(/^error: .*already.*: choose another name/)
})

test('a second import says that the run is here; in another state, that it can be a copy', async () => {
  const { id, cwd, file } = await archived()
  await run(['unarchive', file], { cwd })
  expect(await run(['unarchive', file], { cwd })).toMatchObject({
    code: 0,
    out: `run ${id} (little) is already here in the same state; nothing was imported\n`,
  })
  const store = openStore(join(cwd, 'studio.db'))
  store.setStatus(id, 'stopped')
  store.close()
  const { code, err } = await run(['unarchive', file], { cwd })
  expect([code, err]).toEqual([1, expect.stringMatching(/^error: Run \S+ .*already.*(.|\n)*--as-copy\n$/)])
  expect((await run(['unarchive', file, '--as-copy'], { cwd })).out).toMatch(/^imported run \S+ \(little \(copy\)\)\n$/)
  expect(JSON.parse((await run(['runs', '--json'], { cwd })).out)).toHaveLength(2)
})

test('for a stopped run, both commands say how to resume it', async () => {
  const { home, id } = await trained()
  const store = openStore(join(home, 'studio.db'))
  const { config, environment } = store.getRun(id)
  const stopped = store.createRun({
    name: 'half',
    config,
    environment,
    datasets: [
      {
        hash: 'h',
        path: '/far/away/words.vec',
        bytes: 1,
        corpus: 'main',
        split: 'vectors',
        sentences: null,
        tokens: null,
      },
    ],
  }).id
  store.setStatus(stopped, 'stopped')
  store.close()
  const file = join(project(), 'half.sparserun')
  expect((await run(['archive', 'half', '-o', file], { cwd: home })).out).toContain(
    'half, stopped: it can be resumed wherever it is imported',
  )
  const { out } = await run(['unarchive', file], { cwd: project() })
  expect(out).toContain(
    'to resume it, import its corpora into the studio, or resume it in the folder that contains them: words.vec\n',
  )
})

test('damaged, another file or missing: refused with exit code 1, nothing imported', async () => {
  const { home, cwd, file } = await archived()
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1] ^= 1
  writeFileSync(file, bytes)
  const wrong = async (path: string) => {
    const { code, out, err } = await run(['unarchive', path], { cwd })
    expect([code, out]).toEqual([1, ''])
    return err
  }
  expect(await wrong(file)).toMatch(/run\.sparserun is damaged: its bytes are not the ones that were written/)
  expect(await wrong('a.yaml')).toMatch(/a\.yaml is not the archive of a run/)
  expect(await wrong('nothing')).toMatch(/there is no such file/)
  expect((await run(['runs'], { cwd })).out).toBe('no runs yet\n')
  expect((await run(['archive', 'nobody'], { cwd: home })).err).toBe('error: There is no run nobody.\n')
  expect(await run(['archive', 'x'], { cwd: project() })).toMatchObject({
    code: 1,
    err: expect.stringContaining('there are no runs yet'),
  })
})
