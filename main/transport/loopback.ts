/**
 * The loopback door: the studio in a browser of this machine. Serves the page's files to whoever calls this machine by its
 * own name, for there is no secret in them, and the dispatcher to whoever bears the token (guard.ts).
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

/** Pieces of a file have up to 3 MB of base64 (shared/protocol/requests/datasets.ts). */
export const LARGEST_MESSAGE = 4 * 2 ** 20
export const MOST_PAGES = 32
/** Of any kind, files being fetched included. */
const MOST_CONNECTIONS = 128

export interface LoopbackOptions {
  /** Folder of the built page. */
  root: string
  /** 0 for any that is free. */
  port: number
  token: string
  beatMs?: number
}

export interface Loopback {
  port: number
  /** Says good-bye to every page; settles once the port is free. */
  close(): Promise<void>
}

/** Opens the door. Rejects where the port is taken, with code EADDRINUSE. The api stays the caller's. */
export async function openLoopback(
  api: Api,
  { root, port, token, beatMs = BEAT_MS }: LoopbackOptions,
): Promise<Loopback> {
  // Whoever sends slowly or nothing loses the connection, not the door.
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    maxHeaderSize: 8192,
  })
  server.maxConnections = MOST_CONNECTIONS
  server.maxHeadersCount = 64
  const ours = await listen(server, port)
  server.on(
    'request',
    (request, response) => void serveFile(request, response, root, ours).catch(() => response.destroy()),
  )
  const endSockets = serveSockets(server, api, ours, token, beatMs)
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

/** To this machine alone. Returns the port. */
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
  if (!isOurHost(headers.host, port)) return refuseRequest(response, 403, 'This door is for this machine alone.')
  if (method !== 'GET' && method !== 'HEAD')
    return refuseRequest(response.setHeader('allow', 'GET, HEAD'), 405, 'This door is read only.')
  const file = await pageFile(root, method, url.split('?', 1)[0])
  response.writeHead(file.status, Object.fromEntries(file.headers)).end(Buffer.from(await file.arrayBuffer()))
}

/** The connection goes with it: there may be a body to come, which nobody wants. */
function refuseRequest(response: ServerResponse, status: number, reason: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(`${reason}\n`)
}

/** Returns the function that ends all sockets. */
function serveSockets(server: Server, api: Api, port: number, token: string, beatMs: number): () => void {
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
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const page = connect(socket, api)
      if (pages.size >= MOST_PAGES) return page.close(CLOSE.tooMany, `more than ${MOST_PAGES} pages`)
      pages.add(page)
      page.beat()
      socket.on('close', () => pages.delete(page))
    })
  })
  const unlisten = api.listen((event) => {
    if (pages.size === 0) return
    // Made into text once, however many pages there are.
    const text = textOf({ event })
    for (const page of pages) page.send(text)
  })
  const beats = setInterval(() => pages.forEach((page) => page.beat()), beatMs)
  return () => {
    clearInterval(beats)
    unlisten()
    sockets.close()
    for (const page of pages) page.close(CLOSE.goingAway, 'the studio ends')
  }
}

function refuseUpgrade(stream: Duplex, { status, reason }: { status: number; reason: string }): void {
  stream.on('error', () => {})
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${reason.length}\r\nconnection: close\r\n\r\n${reason}`,
  )
  // Its half of the connection is not waited for.
  stream.once('finish', () => stream.destroy())
}
