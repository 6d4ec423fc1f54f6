/**
 * Does memory grow while the studio trains? Serves the studio, opens a run's page in Chromium (if it is installed),
 * trains the sample without end, and measures every half minute: resident memory of the server and of the training
 * process, and the heaps of server and page after a garbage collection. The bar: under 5 % after the first ten minutes
 * of an hour. The heap says whether the program keeps more and more; resident memory has the caches of SQLite and of
 * the allocator as well.
 *
 *     npx node bench/memory.ts [MINUTES]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright'
import { WebSocket } from 'ws'
import type { Reply } from '../shared/protocol/api.ts'
import { PROTOCOL, SOCKET_PATH, TOKEN_PROTOCOL } from '../shared/protocol/wire.ts'
import { browserArguments, findChromium } from '../test/renderer/harness.ts'

const MINUTES = Number(process.argv[2] ?? 60)
/** What fills caches and buffers for the first time is not counted. */
const WARM_UP = Math.min(10, MINUTES / 3)
const EVERY_MS = 30_000
const ROOT = resolve(import.meta.dirname, '..')
const SAMPLE = join(ROOT, 'resources/sample')

interface Sample {
  minutes: number
  /** MiB by what is measured. */
  mib: Record<string, number>
}

const folder = mkdtempSync(join(tmpdir(), 'memory-'))
const server = spawn(
  process.execPath,
  [
    '--inspect=127.0.0.1:0',
    join(ROOT, 'main/entry/sparse-sharing.mjs'),
    'serve',
    '--port',
    '0',
    '--db',
    join(folder, 'studio.db'),
  ],
  { stdio: ['ignore', 'pipe', 'pipe'] },
)
let inspector: Inspector | null = null
try {
  inspector = await openInspector()
  const { port, token } = await address()
  const run = await startRun(port, token)
  const page = await openPage(`http://127.0.0.1:${port}/#/runs/${run}`, token)
  const samples: Sample[] = []
  const began = performance.now()
  for (let minutes = 0; minutes < MINUTES;) {
    await sleep(EVERY_MS)
    minutes = (performance.now() - began) / 60_000
    samples.push({ minutes, mib: await everything() })
    const { mib } = samples.at(-1)!
    console.log(
      `${minutes.toFixed(1).padStart(5)} min  ${Object.entries(mib)
        .map(([what, value]) => `${what} ${value.toFixed(1)}`)
        .join('  ')} MiB`,
    )
  }
  for (const what of Object.keys(samples.at(-1)!.mib)) console.log(growthOf(what, samples))
  await page?.context().browser()?.close()

  async function everything(): Promise<Record<string, number>> {
    const heap = await heapMib(inspector!.ask)
    return { ...residentMib(server.pid!), heap, ...(page && { page: await pageHeapMib(page) }) }
  }
} finally {
  // Node waits for whoever inspects it before it ends.
  inspector?.close()
  server.kill('SIGINT')
  await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
}

function address(): Promise<{ port: number; token: string }> {
  let printed = ''
  return new Promise((done, fail) => {
    server.once('exit', () => fail(new Error(`the server ended: ${printed}`)))
    server.stdout.on('data', (more: Buffer) => {
      printed += more.toString()
      const found = /http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]+)/.exec(printed)
      if (found !== null) done({ port: Number(found[1]), token: found[2] })
    })
  })
}

/** Starts a training that does not end by itself. */
async function startRun(port: number, token: string): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${SOCKET_PATH}`, [PROTOCOL, TOKEN_PROTOCOL + token], {
    origin: `http://127.0.0.1:${port}`,
  })
  await once(socket, 'open')
  const corpus = { train: 'ewt-train.conllu', dev: 'ewt-dev.conllu' }
  const config = {
    name: 'endless',
    threads: 1,
    methods: ['hard'],
    corpora: { ewt: Object.fromEntries(Object.entries(corpus).map(([split, file]) => [split, join(SAMPLE, file)])) },
    tasks: { upos: { tags: 'UPOS' }, np: { tags: 'MISC:NP' } },
    joint: { epochs: 100_000 },
  }
  const answer = new Promise<string>((done, fail) =>
    socket.on('message', (data: Buffer) => {
      const { id, reply } = JSON.parse(data.toString()) as { id?: number; reply: Reply<{ run: string }> }
      if (id !== 1) return
      if (reply.ok) done(reply.value.run)
      else fail(new Error(reply.error.message))
    }),
  )
  socket.send(JSON.stringify({ id: 1, name: 'training.start', args: { config } }))
  const run = await answer
  socket.close()
  return run
}

async function openPage(url: string, token: string): Promise<Page | null> {
  const executablePath = findChromium()
  if (executablePath === null) return null
  const browser = await chromium.launch({ executablePath, args: browserArguments() })
  const page = await browser.newPage()
  await page.goto(url.replace('/#/', `/#token=${token}`).replace(/runs\/.*$/, ''))
  await page.waitForSelector('#app *')
  await page.goto(url)
  return page
}

type Ask = (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<unknown>

interface Inspector {
  ask: Ask
  close(): void
}

/** The server's, by the port that Node names when it starts. */
async function openInspector(): Promise<Inspector> {
  const url = await new Promise<string>((done) => {
    let printed = ''
    server.stderr.on('data', (more: Buffer) => {
      printed += more.toString()
      const found = /ws:\/\/\S+/.exec(printed)
      if (found !== null) done(found[0])
    })
  })
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const waiting = new Map<number, (result: unknown) => void>()
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result: unknown }
    waiting.get(id)?.(result)
  })
  let last = 0
  const ask: Ask = (method) =>
    new Promise((done) => {
      waiting.set(++last, done)
      socket.send(JSON.stringify({ id: last, method }))
    })
  return { ask, close: () => socket.close() }
}

async function heapMib(ask: Ask): Promise<number> {
  await ask('HeapProfiler.collectGarbage')
  const { usedSize } = (await ask('Runtime.getHeapUsage')) as { usedSize: number }
  return usedSize / 2 ** 20
}

async function pageHeapMib(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  try {
    return await heapMib((method) => session.send(method))
  } finally {
    await session.detach()
  }
}

/** Of the server and its children, from Linux's /proc. */
function residentMib(pid: number): Record<string, number> {
  const statusOf = (id: string | number) => readFileSync(`/proc/${id}/status`, 'utf8')
  const mibOf = (status: string, what = 'VmRSS') =>
    Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  let training = 0
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const status = statusOf(id)
      if (Number(/PPid:\s+(\d+)/.exec(status)?.[1]) === pid) training += mibOf(status)
    } catch {
      // It has ended meanwhile.
    }
  const own = statusOf(pid)
  return { server: mibOf(own), 'server’s files': mibOf(own, 'RssFile'), training }
}

/** The mean of the last tenth of the time against that of a tenth after the warm-up: single values go up and down. */
function growthOf(what: string, samples: readonly Sample[]): string {
  const end = samples.at(-1)!.minutes
  const span = Math.max(1, (end - WARM_UP) / 10)
  const meanIn = (from: number, to: number) => {
    const values = samples.filter(({ minutes }) => minutes >= from && minutes <= to).map(({ mib }) => mib[what])
    return values.reduce((a, b) => a + b, 0) / values.length
  }
  const [early, late] = [meanIn(WARM_UP, WARM_UP + span), meanIn(end - span, end)]
  return `${what}: ${early.toFixed(1)} MiB after ${WARM_UP.toFixed(0)} min, ${late.toFixed(1)} MiB at the end, ${(100 * (late / early - 1)).toFixed(1)} %`
}
