/** docs/trouble.md: every message of an error is there, and every code; and nothing that the program does not print. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { contains, covers, messagesOf, partsOf, patternsIn, sourcesOf } from './messages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const page = read('docs/trouble.md')
const rows = [...page.matchAll(/^\| (?!message \|)(.*?) \| ([a-zA-Z, ]*) ?\| .* \|$/gm)]
const entries = rows.flatMap(([, cell]) => [...cell.matchAll(/``? ?(.+?) ?``?(?=,|$)/g)].map(([, entry]) => entry))
const messages = messagesOf(root)

test('messages are found in calls, properties, conditions and constants, and mistakes of the program are not', () => {
  const source = `
    const FULL = 'the disk is full'
    throw new StoreError('missing', \`There is no run \${id}.\`)
    throw new Error(code === 'ENOSPC' ? FULL : 'it ' + 'cannot ' + why)
    return { message: 'too many words', code: 'bad value' }
    throw new RangeError('a mistake here')
    sink.problem(line, \`found \${n} fields, expected \${m}\`)`
  expect(patternsIn(source)).toEqual([
    'There is no run ….',
    'the disk is full',
    'it cannot …',
    'too many words',
    'found … fields, expected …',
    'found … fields, expected …',
  ])
})

test('an entry covers a message whose words it names in order, three of them at least', () => {
  expect(covers('found … fields, expected', 'found … fields, expected …')).toBe(true)
  expect(covers('expected … found', 'found … fields, expected …')).toBe(false)
  expect(covers('found', 'found … fields, expected …')).toBe(false)
  expect(covers('is closed', 'is closed')).toBe(true)
})

test('every message is explained', () => {
  expect(messages.length).toBeGreaterThan(500)
  const missing = messages.filter(({ pattern }) => !entries.some((entry) => covers(entry, pattern)))
  expect(missing.map(({ path, pattern }) => `${path}: ${pattern}`)).toEqual([])
})

test('every entry is of a message, or of a text that the program prints', () => {
  expect(entries.length).toBeGreaterThan(400)
  const sources = sourcesOf(root).map((path) => read(path))
  const printed = (entry: string) => sources.some((text) => partsOf(entry).every((part) => text.includes(part)))
  const foreign = entries.filter(
    (entry) => !messages.some(({ pattern }) => contains(entry, pattern)) && !printed(entry),
  )
  expect(foreign).toEqual([])
})

/** Files with the codes of one kind of error: as a union type, or where the error is made. */
const CODED = [
  ...['main/store/errors.ts', 'main/api/annotate/errors.ts', 'main/api/datasets/errors.ts'],
  ...['main/trainer/host.ts', 'main/trainer/request.ts', 'main/trainer/processPool.ts'],
  ...['main/config/problems.ts', 'main/data/problems.ts', 'main/data/sniff.ts', 'main/vectorLibrary/index.ts'],
  ...['main/api/dispatch.ts', 'renderer/bridge/socket.ts'],
]

test('every code of an error is explained, and no other', () => {
  const used = CODED.flatMap((path) =>
    [
      ...read(path).matchAll(
        /^ {2}\| '(\w+)'|(?:TrainerError|failure|giveUp)\(\s*'(\w+)'|readonly code = '(\w+)'|: '(internal)'/gm,
      ),
    ].flatMap((groups) => groups.slice(1).filter((code) => code !== undefined)),
  )
  const explained = rows.flatMap(([, , codes]) => codes.trim().split(', ')).filter((code) => code !== '')
  expect([...new Set(explained)].toSorted()).toEqual([...new Set(used)].toSorted())
})
