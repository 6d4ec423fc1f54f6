/** The documents: generated pages are up to date, links and pictures exist, commands and settings in them exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commands } from '../../main/cli/commands/index.ts'
import { PAGES } from '../../packaging/reference.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

test.each(Object.keys(PAGES))('%s is what npm run docs writes', (path) => {
  expect(read(path)).toBe(PAGES[path]())
})

test.each(documents)('%s links to files that exist', (path) => {
  const links = [...read(path).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)|(?:src|srcset|href)="([^"#]+)/g)].map(
    ([, link, source]) => link ?? source,
  )
  const own = links.filter((link) => !/^[a-z]+:/.test(link))
  expect(own.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
})

test.each(documents)('%s names commands that exist', (path) => {
  const names = [...read(path).matchAll(/^ *(?:npx )?sparse-sharing ([a-z]+)/gm)].map(([, name]) => name)
  const known = [...commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]), 'help']
  expect(names.filter((name) => !known.includes(name))).toEqual([])
})

test('every picture is shown in a document', () => {
  const folder = join(root, 'docs/pictures')
  const texts = documents.map(read).join('\n')
  expect(readdirSync(folder).filter((name) => !texts.includes(name))).toEqual([])
})
