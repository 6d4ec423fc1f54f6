/** The real page in a real browser over the real program: built, served with its headers, its bridge led to an api in this process. */
import { cpSync, existsSync, renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { build, type InlineConfig } from 'vite'
import config from '../../electron.vite.config.ts'
import type { Api } from '../../main/api/dispatch.ts'
import { pageFile } from '../../main/transport/page.ts'

/** Debian's and its relatives' Chromium; Playwright's own is not downloaded. */
const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A container's root has no sandbox to give. */
export function browserArguments(): string[] {
  return process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS
}

export function findChromium(): string | null {
  return PLACES.find((place) => place !== undefined && existsSync(place)) ?? null
}

/** The page as `npm run build` builds it, in another folder; of several test files the first builds it for all (sharedPage.ts). */
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
      // Another was first: its page is the same.
      if (!existsSync(page)) throw error
    }
  }
  cpSync(page, outDir, { recursive: true })
}

async function buildInto(outDir: string): Promise<void> {
  const { renderer } = config as { renderer: InlineConfig }
  const root = fileURLToPath(new URL('../../renderer/', import.meta.url))
  const input = `${root}index.html`
  await build({
    ...renderer,
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ...renderer.build, outDir, emptyOutDir: true, rolldownOptions: { input } },
  })
}

export interface Desk {
  browser: Browser
  /** A page with its bridge, at the given place; what goes wrong in it is collected in `faults`. */
  open(
    api: Api,
    options?: { dark?: boolean; width?: number; height?: number; place?: string },
  ): Promise<{ page: Page; faults: string[] }>
  close(): Promise<void>
}

export async function openDesk(executablePath: string, folder: string): Promise<Desk> {
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
    async open(api, { dark = false, width = 1280, height = 800, place = '#/' } = {}) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' })
      const faults: string[] = []
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      page.on('pageerror', (error) => faults.push(error.message))
      page.on(
        'request',
        (request) =>
          request.url().startsWith(origin) ||
          request.url().startsWith('data:') ||
          faults.push(`reached out to ${request.url()}`),
      )
      await page.exposeFunction('studioCall', (name: string, args: unknown) => api.call(name, args))
      await page.addInitScript(`
        const listeners = new Set()
        window.studioTell = (message) => listeners.forEach((listener) => listener(message))
        window.studio = { call: (name, args) => window.studioCall(name, args), listen: (f) => { listeners.add(f); return () => listeners.delete(f) } }
      `)
      const end = api.listen(
        (message) => void page.evaluate(`window.studioTell(${JSON.stringify(message)})`).catch(() => {}),
      )
      page.on('close', end)
      await page.goto(`${origin}/${place}`)
      return { page, faults }
    },
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
