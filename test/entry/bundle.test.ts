/**
 * The bundled program, as packaged but without Electron: its training process trains a tiny run in threads, with the
 * addon.
 */
import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveConfig } from 'electron-vite'
import { expect, onTestFinished, test } from 'vitest'
import { build } from 'vite'
import { withPathsFrom } from '../../main/config/paths.ts'
import { openStore } from '../../main/store/index.ts'
import type { FromTrainer, ToTrainer } from '../../main/trainer/messages.ts'
import { HAS_NATIVE } from '../support/backends.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Inside the project, so that packages resolve as they do from out/. */
async function bundled(): Promise<string> {
  mkdirSync(join(root, 'out'), { recursive: true })
  const out = mkdtempSync(join(root, 'out', 'test-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const { config } = await resolveConfig(
    { root, configFile: join(root, 'electron.vite.config.ts'), logLevel: 'warn' },
    'build',
    'production',
  )
  const { main } = config!
  await build({
    ...main,
    configFile: false,
    logLevel: 'warn',
    build: { ...main!.build, outDir: out, emptyOutDir: true },
  })
  return out
}

test('trains a run to its end', { timeout: 120_000 }, async () => {
  const out = await bundled()
  const folder = folderOf(corpusFiles())
  const database = join(folder, 'runs.db')
  openStore(database).close()
  const child = fork(join(out, 'trainer.js'), [], {
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
