/** The documents: generated pages are up to date, links and pictures exist, commands and settings in them exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commands } from '../main/cli/commands/index.ts'
import { PAGES } from '../packaging/reference.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
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

test('every message under Trouble is one of the program’s', () => {
  const sources = ['main', 'native', 'renderer', 'shared']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => /\.(ts|mjs|vue)$/.test(path))
    .map(read)
    .join('\n')
  const messages = [...read('docs/trouble.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, message]) => message.split('…').map((part) => part.trim())),
  )
  expect(messages.length).toBeGreaterThan(8)
  expect(messages.filter((message) => !sources.includes(message))).toEqual([])
})

/** Files with the codes of one kind of error: as a union type, or where the error is made. */
const CODED = [
  ...['main/store/errors.ts', 'main/api/annotate/errors.ts', 'main/api/datasets/errors.ts'],
  ...['main/trainer/host.ts', 'main/trainer/request.ts', 'main/trainer/processPool.ts'],
  ...['main/config/problems.ts', 'main/data/problems.ts', 'main/data/sniff.ts', 'main/vectorLibrary/index.ts'],
  ...['main/api/dispatch.ts', 'renderer/bridge/socket.ts'],
]

test('every code of an error is under Trouble, and no other', () => {
  const used = CODED.flatMap((path) =>
    [
      ...read(path).matchAll(
        /^ {2}\| '(\w+)'|(?:TrainerError|failure|giveUp)\('(\w+)'|readonly code = '(\w+)'|: '(internal)'/gm,
      ),
    ].flatMap((groups) => groups.slice(1).filter((code) => code !== undefined)),
  )
  const explained = [...read('docs/trouble.md').matchAll(/^\| [^|]* \| ([a-zA-Z, ]+) \|/gm)]
    .flatMap(([, cell]) => cell.split(', '))
    .filter((code) => code !== 'code')
  expect([...new Set(explained)].toSorted()).toEqual([...new Set(used)].toSorted())
})
