/**
 * Who may connect to the loopback server. Every program of the machine can reach it, and so can every page in the
 * user's browser. So the host name must be a loopback name (a foreign name that resolves to this machine is DNS
 * rebinding), and a socket must come from our own page and have the token that only the user knows.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { PROTOCOL, TOKEN_PROTOCOL } from '../../shared/protocol/wire.ts'

const NAMES = ['127.0.0.1', 'localhost', '[::1]']
const MIN_TOKEN = 32

/** 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Returns a token chosen by the user. Throws an Error where it is short or would need escaping. */
export function checkToken(token: string): string {
  if (!/^[\w-]+$/.test(token) || token.length < MIN_TOKEN || token.length > 512) {
    throw new Error(`the token has ${token.length} characters, expected at least ${MIN_TOKEN} of A-Z a-z 0-9 _ -`)
  }
  return token
}

/** Whether the client addresses this server by a loopback name. */
export function isOurHost(host: string | undefined, port: number): boolean {
  const name = host?.toLowerCase()
  return NAMES.some((ours) => name === `${ours}:${port}` || (port === 80 && name === ours))
}

/** Why this client gets no socket, as an HTTP status; null where it gets one. */
export function refuseSocket(
  headers: IncomingHttpHeaders,
  port: number,
  token: string,
): { status: 400 | 401 | 403; reason: string } | null {
  const { host, origin } = headers
  if (!isOurHost(host, port)) return { status: 403, reason: 'not the name of this machine' }
  if (origin?.toLowerCase() !== `http://${host!.toLowerCase()}`) return { status: 403, reason: 'not our page' }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  if (!offered.includes(PROTOCOL)) return { status: 400, reason: `expected the subprotocol ${PROTOCOL}` }
  const given = offered.find((one) => one.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length) ?? ''
  return isSameText(given, token) ? null : { status: 401, reason: 'wrong token' }
}

/** Takes the same time for any input: it compares hashes, which have the same length. */
function isSameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
