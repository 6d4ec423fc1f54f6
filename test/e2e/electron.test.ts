/** The same flow in the desktop program, where Electron's binary is installed. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { folderOf } from '../support/corpus.ts'
import { wholeFlow } from './flow.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Electron's executable; null where the package has not fetched it. */
function electronBinary(): string | null {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const name = existsSync(join(folder, 'path.txt')) ? readFileSync(join(folder, 'path.txt'), 'utf8') : 'electron'
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), name)
  return existsSync(path) ? path : null
}

const executablePath = electronBinary()
if (executablePath === null)
  console.log(
    'skipped: the desktop program needs Electron’s binary to be tested, which is fetched by the first npm start; the same flow is tested in a browser',
  )

test.skipIf(executablePath === null)('from a file to subnets, on the desktop', { timeout: 900_000 }, async () => {
  execFileSync(process.execPath, [join(root, 'packaging', 'build.ts'), '--program'])
  const database = join(folderOf({}), 'studio.db')
  const app = await _electron.launch({
    executablePath: executablePath!,
    args: process.getuid?.() === 0 ? [root, '--no-sandbox'] : [root],
    env: { ...process.env, SPARSE_SHARING_DB: database },
  })
  onTestFinished(() => app.close())
  const page = await app.firstWindow()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0].webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    const { sandbox, contextIsolation, nodeIntegration } = contents.getLastWebPreferences()
    return { sandbox, contextIsolation, nodeIntegration }
  })
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false })
  expect(await page.evaluate('typeof process + typeof require')).toBe('undefinedundefined')
  await wholeFlow(page, database)
  expect(errors).toEqual([])
})
