/**
 * Who may come in by the loopback door. Every program of the machine reaches it, and so does every page in the user's
 * browser; so: the name it is called by must be a loopback name (a foreign name that resolves to this machine is DNS
 * rebinding), a socket must come from our own page, and bear the token that only the user was told.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { PROTOCOL, TOKEN_PROTOCOL } from '../../shared/protocol/wire.ts'

const NAMES = ['127.0.0.1', 'localhost', '[::1]']
const LEAST_TOKEN = 32

/** 256 random bits. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Throws an Error where a token that somebody made up is short or would need escaping. */
export function checkToken(token: string): string {
  if (!/^[\w-]+$/.test(token) || token.length < LEAST_TOKEN || token.length > 512) {
    throw new Error(`the token has ${token.length} characters, expected at least ${LEAST_TOKEN} of A-Z a-z 0-9 _ -`)
  }
  return token
}

/** Whether the client means this door by the name it calls it. */
export function isOurHost(host: string | undefined, port: number): boolean {
  return NAMES.some(
    (name) => host?.toLowerCase() === `${name}:${port}` || (port === 80 && host?.toLowerCase() === name),
  )
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
  return sameText(given, token) ? null : { status: 401, reason: 'wrong token' }
}

/** Takes as long whatever is given: hashes are of one length, and are compared whole. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
