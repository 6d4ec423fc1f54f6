/** The real page in a real browser: built, served with its headers, its bridge connected to an API in this process. */
import { cpSync, existsSync, readFileSync, renameSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright'
import { build } from 'vite'
import type { Api } from '../../main/api/dispatch.ts'
import { pageFile } from '../../main/transport/page.ts'
import { pageConfig } from '../../packaging/bundle.ts'
import { fromJson, toJson } from '../../shared/util/json.ts'

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

/** Milliseconds for one action of a page; more than a busy machine needs. */
export const ACTION_TIMEOUT = 120_000

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

/**
 * The page's end of the bridge. Messages are texts, as on the wire of the loopback server: for objects, Playwright takes
 * longer than the page needs to show them.
 */
const BRIDGE = `{
  ${scriptOf('../../shared/util/json.ts')}
  const listeners = new Set()
  window.studioSend = (text) => listeners.forEach((listener) => listener(fromJson(text)))
  window.studioPending = 0
  window.studio = {
    call: (name, args) => {
      window.studioPending++
      return window.studioCall(toJson({ name, args })).then(fromJson).finally(() => window.studioPending--)
    },
    listen: (f) => { listeners.add(f); return () => listeners.delete(f) },
  }
}`

/** A module without imports, as a script. */
function scriptOf(path: string): string {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8')
  return stripTypeScriptTypes(source).replaceAll(/^export /gm, '')
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
      page.setDefaultTimeout(ACTION_TIMEOUT)
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
      await page.exposeFunction('studioCall', async (text: string) => {
        const { name, args } = fromJson<{ name: string; args: unknown }>(text)
        return toJson(await api.call(name, args))
      })
      await page.addInitScript(BRIDGE)
      const end = api.listen(
        (message) => void page.evaluate(`window.studioSend(${JSON.stringify(toJson(message))})`).catch(() => {}),
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
