/** The studio as it is used: the command line serves it, a browser opens the printed address. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { watch } from '../cli/helpers.ts'
import { browserArguments, findChromium } from '../renderer/harness.ts'
import { folderOf } from '../support/corpus.ts'
import { wholeFlow } from './flow.ts'

const launcher = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))
const executablePath = findChromium()
if (executablePath === null)
  console.log('skipped: the studio in a browser needs Chromium to be tested; install it, or set CHROMIUM_PATH')

test.skipIf(executablePath === null)('from a file to subnets, in a browser', { timeout: 900_000 }, async () => {
  const database = join(folderOf({}), 'studio.db')
  const serve = spawn(process.execPath, [launcher, 'serve', '--port', '0', '--db', database], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void serve.kill('SIGKILL'))
  const { outcome, until } = watch(serve)
  let said = ''
  serve.stdout.on('data', (more: string) => (said += more))
  await until('stop with Ctrl-C')
  const address = /http:\S+/.exec(said)![0]

  const browser = await chromium.launch({ executablePath: executablePath!, args: browserArguments() })
  onTestFinished(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on(
    'request',
    (request) =>
      /^(https?:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url()) || errors.push(`reached out to ${request.url()}`),
  )
  await page.goto(address)
  await wholeFlow(page, database)
  expect(page.url()).not.toContain('token')
  expect(errors).toEqual([])

  serve.kill('SIGINT')
  expect((await outcome).code).toBe(0)
})
