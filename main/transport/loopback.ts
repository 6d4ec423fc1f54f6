/**
 * The loopback server: the studio in a browser of this machine. Serves the page's files, which hold no secret, to
 * everyone who uses a loopback name, and the dispatcher to those who have the token (guard.ts).
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { BEAT_MS, PROTOCOL, SOCKET_PATH } from '../../shared/protocol/wire.ts'
import type { Api } from '../api/dispatch.ts'
import { CLOSE, connect, textOf, type Connection } from './connection.ts'
import { isOurHost, refuseSocket } from './guard.ts'
import { pageFile } from './page.ts'
import { limitStrangers, type WaitingRoom } from './waitingRoom.ts'

/** Pieces of a file have up to 3 MB of base64 (shared/protocol/requests/datasets.ts). */
export const LARGEST_MESSAGE = 4 * 2 ** 20
export const MAX_PAGES = 32
/** Connections without the token, including those that fetch files. */
export const MAX_STRANGERS = 128

export interface LoopbackOptions {
  /** Folder of the built page. */
  root: string
  /** 0 for any free port. */
  port: number
  token: string
  beatMs?: number
}

export interface Loopback {
  port: number
  /** Closes the connection of every page; resolves when the port is free. */
  close(): Promise<void>
}

/** Starts the server. Rejects with code EADDRINUSE where the port is taken. The api stays the caller's. */
export async function openLoopback(
  api: Api,
  { root, port, token, beatMs = BEAT_MS }: LoopbackOptions,
): Promise<Loopback> {
  // A client that sends slowly or nothing is disconnected.
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 8192,
  })
  server.maxHeadersCount = 64
  const waitingRoom = limitStrangers(server, MAX_STRANGERS)
  const ours = await listen(server, port)
  server.on(
    'request',
    (request, response) => void serveFile(request, response, root, ours).catch(() => response.destroy()),
  )
  const endSockets = serveSockets(server, api, waitingRoom, { port: ours, token, beatMs })
  return {
    port: ours,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      endSockets()
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 2000).unref()
      await closed
    },
  }
}

/** Listens on the loopback interface only. Returns the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  root: string,
  port: number,
): Promise<void> {
  const { method = '', headers, url = '' } = request
  if (!isOurHost(headers.host, port)) return refuseRequest(response, 403, 'This server is for this machine only.')
  if (method !== 'GET' && method !== 'HEAD')
    return refuseRequest(response.setHeader('allow', 'GET, HEAD'), 405, 'This server is read-only.')
  const file = await pageFile(root, method, url.split('?', 1)[0])
  response.writeHead(file.status, Object.fromEntries(file.headers)).end(Buffer.from(await file.arrayBuffer()))
}

/** Closes the connection too, because a body that is not read may follow. */
function refuseRequest(response: ServerResponse, status: number, reason: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(`${reason}\n`)
}

/** Returns a function that closes all sockets. */
function serveSockets(
  server: Server,
  api: Api,
  waitingRoom: WaitingRoom,
  { port, token, beatMs }: { port: number; token: string; beatMs: number },
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LARGEST_MESSAGE,
    handleProtocols: () => PROTOCOL,
  })
  const pages = new Set<Connection>()
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal =
      request.url === SOCKET_PATH
        ? refuseSocket(request.headers, port, token)
        : { status: 404, reason: 'no socket here' }
    if (refusal !== null) return refuseUpgrade(stream, refusal)
    waitingRoom.admit(request.socket)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const page = connect(socket, api)
      if (pages.size >= MAX_PAGES) return page.close(CLOSE.tooMany, `more than ${MAX_PAGES} pages`)
      pages.add(page)
      page.beat()
      socket.on('close', () => pages.delete(page))
    })
  })
  const unlisten = api.listen((event) => {
    if (pages.size === 0) return
    // Serialised once for all pages.
    const text = textOf({ event })
    for (const page of pages) page.send(text)
  })
  const beats = setInterval(() => pages.forEach((page) => page.beat()), beatMs)
  return () => {
    clearInterval(beats)
    unlisten()
    sockets.close()
    for (const page of pages) page.close(CLOSE.goingAway, 'the studio is closing')
  }
}

function refuseUpgrade(stream: Duplex, { status, reason }: { status: number; reason: string }): void {
  stream.on('error', () => {})
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${reason.length}\r\nconnection: close\r\n\r\n${reason}`,
  )
  // Does not wait for the client to close its half of the connection.
  stream.once('finish', () => stream.destroy())
}
