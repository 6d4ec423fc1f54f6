/** `serve` as a process of its own: its output, who may connect, how it ends. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket, type RawData } from 'ws'
import { PROTOCOL, SOCKET_PATH, TOKEN_PROTOCOL } from '../../shared/protocol/wire.ts'
import { folderWith } from '../config/helpers.ts'
import { run, watch } from './helpers.ts'

const launcher = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))
const LINE = /^Sparse Sharing Studio: (http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]+)) {2}\(stop with Ctrl-C\)\n$/
const TOKEN = 'a-token-for-this-test-0123456789-0123456789'

/** A studio with a database in the folder, once it has printed its address. */
async function served({
  cwd = folderWith({}),
  words = ['--port', '0'],
  env = {},
}: { cwd?: string; words?: string[]; env?: Record<string, string> } = {}) {
  const child = spawn(process.execPath, [launcher, 'serve', '--db', join(cwd, 'studio.db'), ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { outcome, until } = watch(child)
  let printed = ''
  child.stdout.on('data', (more: string) => (printed += more))
  await until('stop with Ctrl-C')
  expect(printed).toMatch(LINE)
  const [, address, port, token] = LINE.exec(printed)!
  return { child, outcome, until, cwd, address, port: Number(port), token }
}

/** `ws` gives a text message as one Buffer. */
const textOf = (data: RawData): string => (data as Buffer).toString()

/** Opens the socket as the page does; rejects if it is refused. */
async function connect(port: number, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${SOCKET_PATH}`, [PROTOCOL, TOKEN_PROTOCOL + token], {
    origin: `http://127.0.0.1:${port}`,
  })
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

test('prints the address, accepts only its token, and ends on Ctrl-C', async () => {
  const { child, outcome, port, token, cwd } = await served()
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<div id="app">')
  await expect(connect(port, 'x'.repeat(43))).rejects.toThrow('401')
  const socket = await connect(port, token)
  socket.send(JSON.stringify({ id: 1, name: 'studio.about', args: {} }))
  const reply = await new Promise<string>((resolve) =>
    socket.on('message', (data) => textOf(data).includes('"id"') && resolve(textOf(data))),
  )
  expect(JSON.parse(reply)).toMatchObject({ id: 1, reply: { ok: true, value: { database: join(cwd, 'studio.db') } } })

  child.kill('SIGINT')
  const [code, reason] = await once(socket, 'close')
  expect([code, String(reason)]).toEqual([1001, 'the studio is closing'])
  expect(await outcome).toMatchObject({
    code: 0,
    err: expect.stringContaining('stopping: trainings stop at a checkpoint'),
  })
})

test('several servers take different ports; one database has one token, another database another', async () => {
  const cwd = folderWith({})
  const [one, other] = [await served({ cwd, words: [] }), await served({ cwd, words: [] })]
  expect(other.port).not.toBe(one.port)
  expect(other.token).toBe(one.token)
  const elsewhere = await served({ cwd: folderWith({}), words: [] })
  expect(elsewhere.token).not.toBe(one.token)
  await expect(connect(elsewhere.port, one.token)).rejects.toThrow('401')
})

test('a requested port that is taken is an error, in one line', async () => {
  const { port } = await served()
  const cwd = folderWith({})
  expect(await run(['serve', '--port', String(port)], { cwd })).toEqual({
    code: 1,
    out: '',
    err: `error: port ${port} is taken: pass another --port, or --port 0 for any free one\n`,
  })
})

test.skipIf(process.platform === 'win32')(
  'training on a pipe is refused at once, and Ctrl-C still ends it',
  async () => {
    const { child, outcome, port, token, cwd } = await served()
    const pipe = join(cwd, 'pipe')
    execFileSync('mkfifo', [pipe])
    const socket = await connect(port, token)
    const config = { corpora: { a: { train: pipe } }, tasks: { t: { tags: 1 } } }
    socket.send(JSON.stringify({ id: 7, name: 'training.start', args: { config } }))
    const reply = await new Promise<string>((resolve) =>
      socket.on('message', (data) => textOf(data).includes('"id":7') && resolve(textOf(data))),
    )
    expect(JSON.parse(reply).reply).toMatchObject({ ok: false })
    expect(reply).toContain('is a pipe, expected a file')
    child.kill('SIGINT')
    expect((await outcome).code).toBe(0)
  },
)

test.each([
  [['--port', 'x'], {}, 2, /^error: --port: found "x", expected a whole number from 0 to 65535\n$/],
  [['--port', '70000'], {}, 2, /65535\n$/],
  [[], { SPARSE_SHARING_TOKEN: 'secret' }, 1, /^error: the token has 6 characters, expected at least 32.*\n$/],
])('%j with %j is refused', async (words, env, code, err) => {
  expect(await run(['serve', ...words], { cwd: folderWith({}), env: env })).toMatchObject({
    code,
    out: '',
    err: expect.stringMatching(err),
  })
})

test('a script can set the token', async () => {
  const { port, token } = await served({ env: { SPARSE_SHARING_TOKEN: TOKEN } })
  expect(token).toBe(TOKEN)
  await connect(port, TOKEN)
})

test.skipIf(process.platform !== 'linux')(
  '--open opens the browser without the token on its command line',
  async () => {
    const cwd = folderWith({ 'bin/xdg-open': '#!/bin/sh\nprintf %s "$1" > "$OPENED"\n' })
    chmodSync(join(cwd, 'bin/xdg-open'), 0o755)
    const opened = join(cwd, 'opened')
    const { child, outcome, address, token } = await served({
      cwd,
      words: ['--port', '0', '--open'],
      env: { PATH: `${join(cwd, 'bin')}${delimiter}${process.env.PATH}`, OPENED: opened, DISPLAY: ':99' },
    })
    await expect.poll(() => existsSync(opened) && readFileSync(opened, 'utf8')).toMatch(/^file:/)
    const file = fileURLToPath(readFileSync(opened, 'utf8'))
    expect(file).not.toContain(token)
    expect(readFileSync(file, 'utf8')).toContain(`url=${address}"`)
    // Other users of the machine cannot read it.
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700])
    child.kill('SIGINT')
    expect((await outcome).code).toBe(0)
    expect(existsSync(file)).toBe(false)
  },
)

test.each([
  ['program', { PATH: '', DISPLAY: ':99' }],
  ['screen', { DISPLAY: '', WAYLAND_DISPLAY: '' }],
])('--open without a %s says so and keeps serving', async (_, env) => {
  const { child, outcome, until } = await served({ words: ['--port', '0', '--open'], env })
  await until('no browser can be opened here')
  child.kill('SIGTERM')
  expect((await outcome).code).toBe(0)
})

test('help explains access over SSH', async () => {
  expect(await run(['help', 'serve'], { cwd: folderWith({}) })).toMatchObject({
    code: 0,
    out: expect.stringContaining('  ssh -N -L 4747:127.0.0.1:4747 USER@MACHINE\n'),
  })
})
