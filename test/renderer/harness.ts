/** The real page in a real browser: built, served with its headers, its bridge connected to an API in this process. */
import { cpSync, existsSync, renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import type { Api } from '../../main/api/dispatch.ts'
import { pageFile } from '../../main/transport/page.ts'
import { pageConfig } from '../../packaging/bundle.ts'

/** Debian's and its relatives' Chromium; Playwright's own is not downloaded. */
const EXECUTABLES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium refuses to start its sandbox as root, as in a container. */
export function browserArguments(): string[] {
  return process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS
}

export function findChromium(): string | null {
  return EXECUTABLES.find((path) => path !== undefined && existsSync(path)) ?? null
}

/** Builds the page as `npm run build` does, into `outDir`; the first test file builds it for all (sharedPage.ts). */
export async function buildPage(outDir: string): Promise<void> {
  const shared = process.env.SPARSE_SHARING_TEST_PAGE
  if (shared === undefined) return buildInto(outDir)
  const page = join(shared, 'page')
  if (!existsSync(page)) {
    const own = join(shared, String(process.pid))
    await buildInto(own)
    try {
      renameSync(own, page)
    } catch (error) {
      // Another process was first: its page is the same.
      if (!existsSync(page)) throw error
    }
  }
  cpSync(page, outDir, { recursive: true })
}

async function buildInto(outDir: string): Promise<void> {
  await build(pageConfig(outDir))
}

export interface TestBrowser {
  browser: Browser
  /** Opens a page with its bridge at the given address; errors on it are collected in `errors`. */
  open(
    api: Api,
    options?: { dark?: boolean; width?: number; height?: number; address?: string },
  ): Promise<{ page: Page; errors: string[] }>
  close(): Promise<void>
}

export async function openTestBrowser(executablePath: string, folder: string): Promise<TestBrowser> {
  const server = createServer((request, response) => {
    void pageFile(folder, request.method ?? '', new URL(request.url ?? '/', 'http://localhost').pathname).then(
      async (answer) => {
        response
          .writeHead(answer.status, Object.fromEntries(answer.headers))
          .end(Buffer.from(await answer.arrayBuffer()))
      },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await chromium.launch({ executablePath, args: browserArguments() })
  return {
    browser,
    async open(api, { dark = false, width = 1280, height = 800, address = '#/' } = {}) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' })
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      page.on('pageerror', (error) => errors.push(error.message))
      page.on(
        'request',
        (request) =>
          request.url().startsWith(origin) ||
          request.url().startsWith('data:') ||
          errors.push(`reached out to ${request.url()}`),
      )
      await page.exposeFunction('studioCall', (name: string, args: unknown) => api.call(name, args))
      await page.addInitScript(`
        const listeners = new Set()
        window.studioSend = (message) => listeners.forEach((listener) => listener(message))
        window.studioPending = 0
        window.studio = {
          call: (name, args) => {
            window.studioPending++
            return window.studioCall(name, args).finally(() => window.studioPending--)
          },
          listen: (f) => { listeners.add(f); return () => listeners.delete(f) },
        }
      `)
      const end = api.listen(
        (message) => void page.evaluate(`window.studioSend(${JSON.stringify(message)})`).catch(() => {}),
      )
      page.on('close', end)
      await page.goto(`${origin}/${address}`)
      return { page, errors }
    },
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Waits until every request of the page is answered and what came is drawn: no request pending for ten frames. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    let quiet = 0
    const look = () => {
      quiet = window.studioPending === 0 ? quiet + 1 : 0
      quiet > 10 ? resolve() : requestAnimationFrame(look)
    }
    look()
  })`)
}
