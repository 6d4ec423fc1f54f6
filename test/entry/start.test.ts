/** `npm start` without Electron: prints the reason in one line and serves the studio instead. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { watch } from '../cli/helpers.ts'
import { folderWith } from '../config/helpers.ts'

const script = fileURLToPath(new URL('../../main/entry/start.mjs', import.meta.url))
const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
const fetched = existsSync(join(electron, 'path.txt'))

function start(env: Record<string, string>) {
  const words = ['--port', '0', '--db', join(folderWith({}), 'studio.db')]
  const child = spawn(process.execPath, [script, ...words], {
    env: { ...process.env, WAYLAND_DISPLAY: '', PATH: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGTERM'))
  return watch(child)
}

const SERVED =
  /: opening the studio in the browser instead\nSparse Sharing Studio: http:\/\/127\.0\.0\.1:\d+\/#token=\S+ {2}\(stop with Ctrl-C\)\n$/

test.skipIf(process.platform !== 'linux')('without a screen the studio is served', async () => {
  const { child, outcome, until } = start({ DISPLAY: '' })
  await until('stop with Ctrl-C')
  child.kill('SIGINT')
  const { code, out, err } = await outcome
  expect([code, out]).toEqual([0, expect.stringMatching(SERVED)])
  expect(out).toMatch(/^there is no screen for a window/)
  expect(err).toContain('stopping: trainings stop at a checkpoint')
})

// With the binary installed, this would open a window.
test.skipIf(fetched)('if the binary cannot be downloaded, the studio is served, and one line says why', async () => {
  // A mirror that does not answer.
  const { child, outcome, until } = start({
    DISPLAY: ':99',
    ELECTRON_MIRROR: 'http://127.0.0.1:9/',
    electron_config_cache: folderWith({}),
  })
  await until('stop with Ctrl-C')
  child.kill('SIGINT')
  const { code, out } = await outcome
  expect([code, out]).toEqual([0, expect.stringMatching(SERVED)])
  expect(out.split('\n')[1]).toMatch(
    /^the window needs Electron’s binary, which cannot be downloaded here \(.+\): opening/,
  )
})
