/** The loopback server, over real HTTP and sockets: access control, messages, and clients that misbehave. */
import { request, type OutgoingHttpHeaders } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { Api } from '../../main/api/dispatch.ts'
import { openStore } from '../../main/store/index.ts'
import { checkToken, newToken } from '../../main/transport/guard.ts'
import {
  LARGEST_MESSAGE,
  MAX_PAGES,
  MAX_STRANGERS,
  openLoopback,
  type Loopback,
} from '../../main/transport/loopback.ts'
import type { EventMessage, Reply } from '../../shared/protocol/api.ts'
import { fromJson, toJson } from '../../shared/util/json.ts'
import { PROTOCOL, SOCKET_PATH, TOKEN_PROTOCOL, type ToPage } from '../../shared/protocol/wire.ts'
import { openTestApi } from '../support/api.ts'
import { folderOf } from '../support/corpus.ts'

const token = newToken()
const folder = folderOf({ 'secret.js': 'secret()', 'index.html': '<title>page</title>', 'a.js': 'a()' })

/** An api that answers as the test says, and sends the test's events. */
function standIn(call: Api['call'] = async (name, args) => ({ ok: true, value: { name, args } })) {
  const listeners = new Set<(message: EventMessage) => void>()
  const api: Api = {
    call,
    listen: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    close: async () => {},
  }
  return { api, listeners, tell: (message: EventMessage) => listeners.forEach((listener) => listener(message)) }
}

/** A server that is closed after the test. */
async function opened(api: Api = standIn().api, beatMs?: number): Promise<Loopback> {
  const door = await openLoopback(api, { root: folder, port: 0, token, ...(beatMs !== undefined && { beatMs }) })
  onTestFinished(() => door.close())
  return door
}

interface Given {
  token?: string
  protocols?: string[]
  headers?: OutgoingHttpHeaders
  origin?: string | null
  path?: string
}

function socketTo(
  port: number,
  {
    token: given = token,
    protocols = [PROTOCOL, TOKEN_PROTOCOL + given],
    headers = {},
    origin = `http://127.0.0.1:${port}`,
    path = SOCKET_PATH,
  }: Given = {},
): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
    headers: headers as Record<string, string>,
    ...(origin !== null && { origin }),
  })
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  return socket
}

/** An open socket, with the messages it receives except beats. */
async function page(port: number, given?: Given) {
  const socket = socketTo(port, given)
  const heard: ToPage[] = []
  socket.on('message', (data) => {
    const message = fromJson<ToPage>(String(data))
    if (!('beat' in message)) heard.push(message)
  })
  const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)])
  await once(socket, 'open')
  const until = (count: number) => expect.poll(() => heard.length).toBeGreaterThanOrEqual(count)
  return {
    socket,
    heard,
    closed,
    until,
    ask: (id: number, name: string, args: unknown = {}) => socket.send(toJson({ id, name, args })),
  }
}

/** The HTTP status of a refused socket. */
async function refusal(socket: WebSocket): Promise<number> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
  return response.statusCode
}

function get(
  port: number,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: OutgoingHttpHeaders } = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = ''
      response
        .setEncoding('utf8')
        .on('data', (more: string) => (text += more))
        .on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }))
    })
    asked.on('error', reject).end()
  })
}

describe('the page', () => {
  let door: Loopback
  beforeAll(async () => {
    door = await openLoopback(standIn().api, { root: folder, port: 0, token })
  })
  afterAll(() => door.close())

  it('is served with its security headers, without a secret, to everyone on this machine', async () => {
    const answer = await get(door.port, '/')
    expect([answer.status, answer.text]).toEqual([200, '<title>page</title>'])
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'")
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(await get(door.port, '/a.js?v=1')).toMatchObject({ status: 200, text: 'a()' })
    expect(await get(door.port, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    for (const name of ['localhost', '[::1]', 'LOCALHOST'])
      expect((await get(door.port, '/', { headers: { host: `${name}:${door.port}` } })).status).toBe(200)
  })

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1:PORT.evil.example',
    'localhost.evil.example:PORT',
    '127.0.0.2:PORT',
    'user@127.0.0.1:PORT',
  ])('is not served to who calls this machine %j', async (host) => {
    expect(await get(door.port, '/', { headers: { host: host.replace('PORT', String(door.port)) } })).toMatchObject({
      status: 403,
      text: expect.not.stringContaining('page'),
    })
  })

  it('is not served without a host name', async () => {
    const raw = connectTcp({ host: '127.0.0.1', port: door.port })
    raw.write('GET / HTTP/1.0\r\n\r\n')
    expect(String((await once(raw, 'data'))[0])).toMatch(/^HTTP\/1\.1 403 /)
  })

  it.each([
    '/../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/a.js/../../secret.js',
    '//secret.js',
    'http://127.0.0.1/a.js',
    `${join(folder, 'a.js')}`,
    '/.env',
    '/a.js%00',
    '*',
  ])('has no %j', async (path) => {
    expect((await get(door.port, path)).status).toBe(404)
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'])('is read only: no %s', async (method) => {
    expect(await get(door.port, '/', { method })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD', connection: 'close' },
    })
  })

  it('listens on the loopback address only', async () => {
    const outside = connectTcp({ host: '127.0.0.2', port: door.port })
    onTestFinished(() => void outside.destroy())
    expect(await once(outside, 'error').then(([error]) => (error as NodeJS.ErrnoException).code)).toBe('ECONNREFUSED')
  })
})

describe('a socket', () => {
  it('opens for our page with the token, which is not sent back', async () => {
    const { port } = await opened()
    const { socket } = await page(port)
    expect(socket.protocol).toBe(PROTOCOL)
    expect(
      await page(port, { origin: `http://localhost:${port}`, headers: { host: `localhost:${port}` } }),
    ).toBeTruthy()
  })

  it.each<[string, number, (port: number) => Given]>([
    ['a wrong token', 401, () => ({ token: newToken() })],
    ['a token that begins right', 401, () => ({ token: token.slice(0, -1) })],
    ['the token and more', 401, () => ({ token: `${token}A` })],
    ['no token', 401, () => ({ protocols: [PROTOCOL] })],
    [
      'the token in the address',
      401,
      () => ({
        protocols: [PROTOCOL],
        path: SOCKET_PATH,
        headers: { cookie: `token=${token}`, authorization: `Bearer ${token}` },
      }),
    ],
    ['another protocol', 400, () => ({ protocols: [TOKEN_PROTOCOL + token] })],
    [
      'another name of this machine',
      403,
      (port) => ({ headers: { host: `evil.example:${port}` }, origin: `http://evil.example:${port}` }),
    ],
    ['another page', 403, () => ({ origin: 'http://evil.example' })],
    ['a page of another port', 403, (port) => ({ origin: `http://127.0.0.1:${port + 1}` })],
    ['our page by another name', 403, (port) => ({ origin: `http://localhost:${port}` })],
    ['a file', 403, () => ({ origin: 'null' })],
    ['no page at all', 403, () => ({ origin: null })],
    ['another path', 404, () => ({ path: '/other' })],
  ])('does not open with %s', async (_, status, given) => {
    const { port } = await opened()
    expect(await refusal(socketTo(port, given(port)))).toBe(status)
  })

  it('carries requests and replies in any order, and numbers that JSON cannot represent', async () => {
    const answers = new Map<string, (reply: Reply<unknown>) => void>()
    const { port } = await opened(standIn((name) => new Promise((resolve) => answers.set(name, resolve))).api)
    const { heard, ask, until } = await page(port)
    ask(1, 'first')
    ask(2, 'second')
    await expect.poll(() => answers.size).toBe(2)
    answers.get('second')!({ ok: true, value: [NaN, -Infinity, null] })
    await until(1)
    answers.get('first')!({ ok: false, error: { code: 'no', message: 'No.' } })
    await until(2)
    expect(heard).toEqual([
      { id: 2, reply: { ok: true, value: [NaN, -Infinity, null] } },
      { id: 1, reply: { ok: false, error: { code: 'no', message: 'No.' } } },
    ])
  })

  it('is served by the dispatcher, which checks the requests', async () => {
    const store = openStore(':memory:')
    const api = openTestApi(store)
    const { port } = await opened(api)
    const { heard, ask, until } = await page(port)
    ask(0, 'studio.about')
    await until(1)
    ask(1, 'runs.list', { limit: 'all' })
    await until(2)
    ask(2, 'constructor')
    await until(3)
    expect(heard).toMatchObject([
      { id: 0, reply: { ok: true, value: { version: '1.2.3' } } },
      { id: 1, reply: { error: { code: 'badArguments' } } },
      { id: 2, reply: { error: { code: 'unknownRequest' } } },
    ])
    await api.close()
    store.close()
  })

  it('sends every event to every page, until it disconnects', async () => {
    const { api, tell, listeners } = standIn()
    const door = await openLoopback(api, { root: folder, port: 0, token })
    const [one, two] = [await page(door.port), await page(door.port)]
    tell({ name: 'changed', data: {} })
    await one.until(1)
    await two.until(1)
    one.socket.close()
    expect(await one.closed).toEqual([1005, ''])
    tell({ name: 'active', data: [] })
    await two.until(2)
    expect(two.heard).toEqual([{ event: { name: 'changed', data: {} } }, { event: { name: 'active', data: [] } }])
    await door.close()
    expect(await two.closed).toEqual([1001, 'the studio is closing'])
    expect(listeners.size).toBe(0)
  })

  it('reports a result that cannot be sent, and continues', async () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    const { port } = await opened(standIn(async (name) => ({ ok: true, value: name === 'cycle' ? cycle : 1 })).api)
    const { heard, ask, until } = await page(port)
    ask(7, 'cycle')
    await until(1)
    ask(8, 'plain')
    await until(2)
    expect(heard).toMatchObject([
      { id: 7, reply: { ok: false, error: { code: 'internal', message: expect.stringContaining('cannot be sent') } } },
      { id: 8, reply: { ok: true } },
    ])
  })
})

describe('a page that misbehaves', () => {
  it.each<[string, string, number, RegExp]>([
    ['no JSON', '{', 1008, /JSON/],
    ['nothing', '', 1008, /JSON/],
    ['a number', '7', 1008, /object/],
    ['null', 'null', 1008, /object/],
    ['no id', '{"name":"x","args":{}}', 1008, /id/],
    ['a broken id', '{"id":1.5,"name":"x"}', 1008, /id/],
    ['an id that is text', '{"id":"1","name":"x"}', 1008, /id/],
    ['no name', '{"id":1}', 1008, /name/],
    ['an object for a name', '{"id":1,"name":{"toString":1}}', 1008, /name/],
    ['a list', '[{"id":1,"name":"x"}]', 1008, /id/],
  ])('by sending %s is cut off, told why', async (_, text, code, reason) => {
    const { port } = await opened()
    const { socket, heard, closed } = await page(port)
    socket.send(text)
    expect(await closed).toEqual([code, expect.stringMatching(reason)])
    expect(heard).toEqual([])
  })

  it('by sending binary data is disconnected', async () => {
    const { port } = await opened()
    const { socket, closed } = await page(port)
    socket.send(Buffer.from('{"id":1,"name":"x"}'))
    expect(await closed).toEqual([1003, 'expected text'])
  })

  it('may send a piece of a file of full size, but no more', async () => {
    const { port } = await opened(
      standIn(async (_name, args) => ({ ok: true, value: (args as { data: string }).data.length })).api,
    )
    const { heard, ask, until, closed } = await page(port)
    ask(1, 'files.append', { data: 'A'.repeat(3_000_000) })
    await until(1)
    expect(heard).toEqual([{ id: 1, reply: { ok: true, value: 3_000_000 } }])
    ask(2, 'files.append', { data: 'A'.repeat(LARGEST_MESSAGE) })
    expect((await closed)[0]).toBe(1009)
    expect((await get(port, '/')).status).toBe(200)
  })

  it('by sending endless requests waits: the number under way is limited', async () => {
    let under = 0
    let most = 0
    const finish: (() => void)[] = []
    const { port } = await opened(
      standIn(
        (_name, args) =>
          new Promise((resolve) => {
            most = Math.max(most, ++under)
            finish.push(() => (under--, resolve({ ok: true, value: args })))
          }),
      ).api,
    )
    const { ask, heard } = await page(port)
    // Long enough that it takes several reads.
    const padding = 'x'.repeat(20_000)
    for (let id = 0; id < 400; id++) ask(id, 'wait', { padding })
    while (heard.length < 400) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      finish.splice(0).forEach((end) => end())
    }
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThan(100)
    expect(new Set(heard.map((message) => ('id' in message ? message.id : -1))).size).toBe(400)
  })

  it('by not reading is disconnected before its unread events fill the memory', async () => {
    const { api, tell } = standIn()
    const { port } = await opened(api)
    const [deaf, other] = [await page(port), await page(port)]
    deaf.socket.pause()
    const event: EventMessage = { name: 'import', data: { file: 'x'.repeat(2 ** 20), doneBytes: 0, totalBytes: 0 } }
    for (let i = 1; i <= 60; i++) {
      tell(event)
      // The other page keeps reading.
      if (i % 6 === 0) await other.until(i)
    }
    deaf.socket.resume()
    // Disconnected without a close frame, which it would not have read.
    expect(await deaf.closed).toEqual([1006, ''])
    expect(deaf.heard.length).toBeLessThan(60)
    expect(other.heard.length).toBe(60)
  })

  it('by never answering pings is disconnected; one that answers stays', async () => {
    const { port } = await opened(standIn().api, 20)
    const silent = await rawSocket(port)
    const gone = once(silent, 'close')
    const lively = await page(port)
    await gone
    expect(lively.socket.readyState).toBe(WebSocket.OPEN)
  })

  it('without the token holds no place: the oldest such connection makes room for a page', async () => {
    const { port } = await opened()
    const first = await page(port)
    const strangers = Array.from({ length: MAX_STRANGERS + 20 }, () => {
      const socket = connectTcp({ host: '127.0.0.1', port })
      socket.on('error', () => {})
      onTestFinished(() => void socket.destroy())
      return socket
    })
    await Promise.all(strangers.slice(-20).map((socket) => once(socket, 'connect')))
    ;(await page(port)).ask(1, 'a page comes in')
    expect((await get(port, '/')).status).toBe(200)
    first.ask(2, 'a page stays')
    await first.until(1)
  })

  it('beyond the limit is refused, the others stay', async () => {
    const { port } = await opened()
    const pages = await Promise.all(Array.from({ length: MAX_PAGES }, () => page(port)))
    const more = await page(port)
    expect(await more.closed).toEqual([1013, expect.stringContaining(String(MAX_PAGES))])
    pages[0].ask(1, 'still')
    await pages[0].until(1)
    pages[1].socket.close()
    await pages[1].closed
    const again = await page(port)
    again.ask(1, 'again')
    await again.until(1)
  })
})

/** A raw socket after the handshake that does nothing more: without the library, it sends no pongs. */
async function rawSocket(port: number): Promise<Socket> {
  const socket = connectTcp({ host: '127.0.0.1', port })
  onTestFinished(() => void socket.destroy())
  socket.write(
    [
      `GET ${SOCKET_PATH} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Origin: http://127.0.0.1:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${PROTOCOL}, ${TOKEN_PROTOCOL}${token}`,
      '',
      '',
    ].join('\r\n'),
  )
  const [first] = await once(socket, 'data')
  expect(String(first)).toMatch(/^HTTP\/1\.1 101 /)
  expect(String(first)).not.toContain(token)
  return socket.resume()
}

describe('a request', () => {
  it('is cancelled by its page, and when its page is closed', async () => {
    const signals: AbortSignal[] = []
    const { port } = await opened(
      standIn((_name, _args, signal) => {
        signals.push(signal!)
        return new Promise((resolve) =>
          signal!.addEventListener('abort', () =>
            resolve({ ok: false, error: { code: 'cancelled', message: 'The request was cancelled.' } }),
          ),
        )
      }).api,
    )
    const one = await page(port)
    one.ask(1, 'long')
    one.ask(2, 'long')
    await expect.poll(() => signals.length).toBe(2)
    one.socket.send(toJson({ cancel: 7 }))
    one.socket.send(toJson({ cancel: 1 }))
    await one.until(1)
    expect(one.heard).toMatchObject([{ id: 1, reply: { ok: false, error: { code: 'cancelled' } } }])
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    one.socket.terminate()
    await expect.poll(() => signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })
})

describe('the server', () => {
  it('reports a port that is taken', async () => {
    const { port } = await opened()
    await expect(openLoopback(standIn().api, { root: folder, port, token })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('frees its port when it is closed, whatever is connected', async () => {
    const { api } = standIn()
    const door = await openLoopback(api, { root: folder, port: 0, token })
    await rawSocket(door.port)
    connectTcp({ host: '127.0.0.1', port: door.port }).on('error', () => {})
    await page(door.port)
    await door.close()
    const again = await openLoopback(api, { root: folder, port: door.port, token })
    await again.close()
  })

  it('has tokens of 256 random bits, and refuses short ones', () => {
    expect(newToken()).toMatch(/^[\w-]{43}$/)
    expect(newToken()).not.toBe(newToken())
    expect(checkToken(token)).toBe(token)
    for (const bad of ['', 'secret', 'x'.repeat(31), `${'x'.repeat(40)} `, `${'x'.repeat(40)}#`, 'ä'.repeat(40)])
      expect(() => checkToken(bad)).toThrow(/at least 32/)
  })
})
