/** The page's files: those that exist, and no others. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isOwnBlob, isOwnPage, pageFile } from '../../main/transport/page.ts'
import { folderOf } from '../support/corpus.ts'

const folder = folderOf({ 'secret.js': 'secret()' })
const root = join(folder, 'page')
for (const name of ['', 'assets', 'folder.js']) mkdirSync(join(root, name))
const files = { 'index.html': '<title>x</title>', 'assets/a-1.js': 'a()', 'notes.txt': 'private', '.hidden.js': '' }
for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
const get = (path: string, method = 'GET') => pageFile(root, method, path)

it('serves the page and its parts with their security headers', async () => {
  const index = await get('/')
  expect([index.status, index.headers.get('content-type'), await index.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<title>x</title>',
  ])
  expect(index.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self';(?!.*unsafe).*frame-ancestors 'none'$/,
  )
  expect(await (await get('/assets/a-1.js')).text()).toBe('a()')
  const head = await get('/index.html', 'HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
})

it.each([
  '/missing.js',
  '/notes.txt',
  '/.hidden.js',
  '/folder.js',
  '/../secret.js',
  '/assets/../../secret.js',
  '/%2e%2e/secret.js',
  '/..\\secret.js',
  '//secret.js',
  '/assets//a-1.js',
  '/a\0.js',
  '',
  'index.html',
  `${join(folder, 'secret.js')}`,
  'C:/secret.js',
  '/assets/',
])('has no %j', async (path) => {
  expect((await get(path)).status).toBe(404)
})

it('is read-only', async () => {
  expect((await get('/index.html', 'POST')).status).toBe(405)
})

it.each([
  ['studio://app/index.html', true],
  ['studio://app/', true],
  ['studio://app.evil/', false],
  ['studio://evil/index.html', false],
  ['studio://app@evil/', false],
  ['https://app/index.html', false],
  ['file:///index.html', false],
  ['about:blank', false],
  ['', false],
])('own page %j: %j', (url, own) => {
  expect(isOwnPage(url)).toBe(own)
})

it.each([
  ['blob:studio://app/0b1c', true],
  ['blob:https://app/0b1c', false],
  ['blob:null/0b1c', false],
  ['blob:studio://app.evil/0b1c', false],
  ['studio://app/0b1c', false],
])('own blob %j: %j', (url, own) => {
  expect(isOwnBlob(url)).toBe(own)
})
