/** The page over the loopback server, in Chromium: its token, and what it does when the server stops or restarts. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { chromium, type Browser, type Page } from 'playwright'
import { openStore, type Store } from '../../main/store/index.ts'
import { newToken } from '../../main/transport/guard.ts'
import { openLoopback, type Loopback } from '../../main/transport/loopback.ts'
import { newRun } from '../store/records.ts'
import { openTestApi } from '../support/api.ts'
import { folderOf } from '../support/corpus.ts'
import { ACTION_TIMEOUT, browserArguments, buildPage, findChromium } from './harness.ts'

const executablePath = findChromium()
if (executablePath === null)
  console.log(
    'skipped: the page over the loopback server needs Chromium to be tested; install it, or set CHROMIUM_PATH',
  )

describe.skipIf(executablePath === null)('the page over the loopback server', () => {
  let root: string
  let browser: Browser
  beforeAll(async () => {
    root = folderOf({})
    await buildPage(root)
    browser = await chromium.launch({ executablePath: executablePath!, args: browserArguments() })
  })
  afterAll(() => browser.close())

  /** A studio with one run, behind a server that can be closed and opened again. */
  async function studio() {
    const store: Store = openStore(':memory:')
    store.createRun({ ...newRun(), name: 'the first' })
    const api = openTestApi(store)
    let server: Loopback | null = null
    const close = async () => {
      await server?.close()
      server = null
    }
    const open = async (token: string, port = 0) => {
      server = await openLoopback(api, { root, port, token })
      return { port: server.port, address: `http://127.0.0.1:${server.port}/#token=${token}` }
    }
    const context = await browser.newContext()
    context.setDefaultTimeout(ACTION_TIMEOUT)
    onTestFinished(async () => {
      await context.close()
      await close()
      await api.close()
      store.close()
    })
    return { store, open, close, context }
  }

  const run = (page: Page, name = 'the first') => page.getByRole('row').filter({ hasText: name }).waitFor()
  const lost = (page: Page) => page.getByText('The connection to the studio was lost.')
  const refused = (page: Page) => page.getByText('This page isn’t authorised.', { exact: true })

  test('the token is removed from the address at once, is part of no request, and stays with the tab', async () => {
    const { open, context } = await studio()
    const token = newToken()
    const { address, port } = await open(token)
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())))
    page.on('websocket', (socket) => asked.push(socket.url()))
    await page.goto(address)
    await run(page)
    expect(page.url()).toBe(`http://127.0.0.1:${port}/#/`)
    await page.reload()
    await run(page)
    expect(asked).toContain(`ws://127.0.0.1:${port}/socket`)
    expect(asked.join()).not.toContain(token)
    // It is not stored on disk either.
    expect(await page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).not.toContain(token)
  })

  test('the server comes back: the page reconnects and loads its data again', async () => {
    const { store, open, close, context } = await studio()
    const token = newToken()
    const { address, port } = await open(token)
    const page = await context.newPage()
    await page.goto(address)
    await run(page)
    await close()
    await lost(page).waitFor()
    await run(page)
    store.createRun({ ...newRun(), name: 'meanwhile' })
    await open(token, port)
    await run(page, 'meanwhile')
    await lost(page).waitFor({ state: 'detached' })
  })

  test('another server with another token: the page says what to do, and the new address reconnects it in place', async () => {
    const { open, close, context } = await studio()
    const { address, port } = await open(newToken())
    const page = await context.newPage()
    await page.goto(address)
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await close()
    const { address: next } = await open(newToken(), port)
    await refused(page).waitFor()
    await page.goto(next)
    await refused(page).waitFor({ state: 'detached' })
    expect(page.url()).toBe(`http://127.0.0.1:${port}/#/datasets`)
  })

  test('without a token it says so; it connects as soon as another tab has one', async () => {
    const { open, context } = await studio()
    const { address, port } = await open(newToken())
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    await refused(page).waitFor()
    expect(await page.getByRole('row').filter({ hasText: 'the first' }).count()).toBe(0)
    const other = await context.newPage()
    await other.goto(address)
    await run(other)
    await refused(page).waitFor({ state: 'detached' })
    await run(page)
    // A link opened in a new tab has it from the start.
    const third = await context.newPage()
    await third.goto(`http://127.0.0.1:${port}/#/datasets`)
    await third.getByRole('heading', { name: 'No corpora yet' }).waitFor()
    expect(await refused(third).count()).toBe(0)
  })
})
