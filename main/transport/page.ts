/**
 * The window's page: its address, its content security policy and its files. Without Electron, because the loopback
 * server uses it too.
 */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

export const SCHEME = 'studio'
const HOST = 'app'
export const PAGE = `${SCHEME}://${HOST}/index.html`

/** Only what ships with the studio: no remote content, no inline code, no frames. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

export function isOwnPage(url: string): boolean {
  return URL.canParse(url) && url.startsWith(`${SCHEME}://${HOST}/`)
}

/** Whether the URL is that of a blob that the page created, such as a file to save. */
export function isOwnBlob(url: string): boolean {
  return url.startsWith(`blob:${SCHEME}://${HOST}/`)
}

/** A file of the built page, by the path of its URL; 404 for all else. */
export async function pageFile(root: string, method: string, path: string): Promise<Response> {
  const name = safeName(path)
  if (name === null) return answer(404, 'text/plain; charset=utf-8', 'not found')
  if (method !== 'GET' && method !== 'HEAD') return answer(405, 'text/plain; charset=utf-8', 'read only')
  try {
    const bytes = await readFile(join(root, name))
    return answer(200, TYPES[extname(name)], method === 'HEAD' ? null : new Uint8Array(bytes))
  } catch {
    return answer(404, 'text/plain; charset=utf-8', 'not found')
  }
}

/** The path within the page's folder; null where it leads elsewhere or to a file type that the page does not have. */
function safeName(path: string): string | null {
  const name = path === '/' ? '/index.html' : path
  return /^(\/[\w-][\w.-]*)+$/.test(name) && extname(name) in TYPES ? name : null
}

function answer(status: number, type: string, body: string | Uint8Array<ArrayBuffer> | null): Response {
  const headers = {
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  }
  return new Response(body, { status, headers })
}
