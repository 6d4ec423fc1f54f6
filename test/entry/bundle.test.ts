/** The built program without Electron: its training process trains a tiny run in threads, with the addon. */
import { fork } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { withPathsFrom } from '../../main/config/paths.ts'
import { openStore } from '../../main/store/index.ts'
import type { FromTrainer, ToTrainer } from '../../main/trainer/messages.ts'
import { buildInto } from '../../packaging/build.ts'
import { EXTERNAL } from '../../packaging/bundle.ts'
import { HAS_NATIVE } from '../support/backends.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Inside the project, so that packages resolve as they do from dist/. */
let dist = ''
beforeAll(async () => {
  dist = mkdtempSync(join(root, '.dist-test-'))
  await buildInto(dist, { prebuilt: false })
  return () => rmSync(dist, { recursive: true, force: true })
})

const scripts = () => readdirSync(dist).filter((name) => name.endsWith('.js'))
const read = (name: string) => readFileSync(join(dist, name), 'utf8')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>

test('imports nothing but Node and packages that are installed with it', () => {
  const imported = scripts().flatMap((name) => [
    ...read(name).matchAll(/^(?:import|export) (?:[^'"]* from )?["']([^."'][^"']*)["'];?$/gm),
    ...read(name).matchAll(/\b(?:import|__require)\(["']([^."'][^"']*)["']\)/g),
  ])
  const packages = new Set(imported.map(([, name]) => name.replace(/^node:/, '')))
  for (const name of builtinModules) packages.delete(name)
  expect(packages).toContain('better-sqlite3')
  expect([...packages].filter((name) => !EXTERNAL.includes(name))).toEqual([])
  const { dependencies, peerDependencies } = manifest
  expect(Object.keys({ ...dependencies, ...peerDependencies, electron: '' }).toSorted()).toEqual(EXTERNAL.toSorted())
})

test('every file that it names by its own address is there', () => {
  const named = scripts().flatMap((name) =>
    [...read(name).matchAll(/new URL\(["']([^"']+)["'], import\.meta\.url\)/g)].map(([, path]) => path),
  )
  expect(named.length).toBeGreaterThan(10)
  // Built by hand in a working copy, for a backend that packages leave out.
  const missing = named.filter((path) => !existsSync(join(dist, path)) && path !== '../tensorflow-binding/')
  expect(missing).toEqual([])
})

test('its third-party licences name every bundled package', () => {
  const text = read('THIRD-PARTY-LICENSES.txt')
  for (const name of ['@tensorflow/tfjs-core', 'zod', 'vue', 'chart.js', 'better-sqlite3', 'pino'])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S.*\\)$`, 'm'))
})

test('its declarations import nothing but each other', () => {
  const files = readdirSync(dist).filter((name) => name.endsWith('.d.ts'))
  expect(files).toContain('library.d.ts')
  for (const file of files)
    for (const [, path] of read(file).matchAll(/(?:from|import) ['"]([^'"]+)['"]/g))
      expect(existsSync(join(dist, path.replace(/\.js$/, '.d.ts'))), `${file}: ${path}`).toBe(true)
})

test('trains a run to its end', async () => {
  const folder = folderOf(corpusFiles())
  const database = join(folder, 'runs.db')
  openStore(database).close()
  const child = fork(join(dist, 'trainer.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const say = (message: ToTrainer) => child.send(message)
  const ended = new Promise<{ run: string; last: FromTrainer }>((resolve) => {
    let run = ''
    child.on('message', (message: FromTrainer) => {
      if (message.type === 'ready') {
        run = message.run
        say({ type: 'go' })
      }
      if (message.type === 'done' || message.type === 'failed') resolve({ run, last: message })
    })
  })
  say({ type: 'create', database, config: withPathsFrom(tinyConfig({ methods: ['sparse'] }), folder, '') })
  const { run, last } = await ended
  expect(last).toEqual({ type: 'done' })
  say({ type: 'end' })

  const store = openStore(database, { readonly: true })
  onTestFinished(() => store.close())
  const record = store.getRun(run)
  expect(record.status).toBe('finished')
  expect(record.environment.backend).toBe(HAS_NATIVE ? 'native' : 'cpu')
  expect(record.environment.product).toMatch(/^\d+\.\d+\.\d+$/)
})
