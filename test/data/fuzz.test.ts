/**
 * Mutations of an example of each format: what is wrong is reported with the file, never a stack trace, and what is accepted is what a
 * second, simple parser reads. `npm run fuzz` tries many more, from a seed that it prints.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FileFormat } from '../../shared/annotation/formats.ts'
import { deriveKey, uniform, type RandomKey } from '../../shared/util/random.ts'
import { convert } from '../annotation/helpers.ts'
import { ROOT } from './helpers.ts'

const long = process.env.MODE === 'fuzz'
const SEED = long ? Date.now() % 1_000_000 : 7
const ROUNDS = long ? 20_000 : 150
/** Nothing so small may take longer; a hang, not a measure of speed. */
const HANG_MS = 5000

const PIECES = [
  '\t', ' ', '\n', '\n\n', '\r', '#', '# ', '"', "'", '[', ']', '{', '}', '(', ')', ',', ';', '|', '\\', '_', '-', 'O', 'B-', 'I-',
  'B-PER', '\u00a0', '\u2028', '🙂', '\ud800', '\0', '1', '-1', '1e999', 'null', '[]', '{}', '-DOCSTART-', '=', ':', '.',
] // prettier-ignore

class Draw {
  private counter = 0
  private readonly key: RandomKey

  constructor(name: string) {
    this.key = deriveKey(SEED, name)
  }

  below(n: number): number {
    return Math.floor(uniform(this.counter++, this.key) * n)
  }
}

function mutated(text: string, draw: Draw): string {
  let out = text
  for (let i = 0; i <= draw.below(3); i++) {
    const at = draw.below(out.length + 1)
    const length = draw.below(6)
    const lines = out.split('\n')
    const [a, b] = [draw.below(lines.length), draw.below(lines.length)]
    switch (draw.below(6)) {
      case 0:
        out = out.slice(0, at) + out.slice(at + length)
        break
      case 1:
      case 2:
        out = out.slice(0, at) + PIECES[draw.below(PIECES.length)] + out.slice(at)
        break
      case 3:
        out = out.slice(0, at)
        break
      case 4:
        ;[lines[a], lines[b]] = [lines[b], lines[a]]
        out = lines.join('\n')
        break
      default:
        lines.splice(a, 0, lines[b])
        out = lines.join('\n')
    }
  }
  return out
}

/** The columns written, or the error. Fails on an error that is none of ours. */
async function outcome(text: string, from: FileFormat | 'auto', column: string | null): Promise<string | null> {
  const before = performance.now()
  const shown = `seed ${SEED}, ${from}: ${JSON.stringify(text)}`
  const tasks = new Map(column === null ? [] : [['t', [column]]])
  const kinds = new Map(column === null ? [] : [['t', 'token' as const]])
  const out = await convert(text, 'conll', { from, tasks, kinds, spans: 'skip' }).then(
    (found) => found.out,
    (error: Error) => {
      expect(error.constructor, `${shown}\n${error.stack}`).toBe(Error)
      expect(error.message, shown).toMatch(/^in(:\d+)?: /)
      return null
    },
  )
  expect(performance.now() - before, shown).toBeLessThan(HANG_MS)
  return out
}

const document = readFileSync(join(ROOT, 'docs/formats.md'), 'utf8')
const examples = [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, format, text]) => ({ format, text }))

const TIMEOUT = { timeout: long ? 1_800_000 : 60_000 }

test.each(examples)('mutations of $format: $text', TIMEOUT, async ({ format, text }) => {
  const draw = new Draw(`${format} ${text.slice(0, 20)}`)
  for (let round = 0; round < ROUNDS; round++) {
    const input = mutated(text, draw)
    await outcome(input, 'auto', null)
    if (format !== 'refused') await outcome(input, format as FileFormat, null)
  }
})

type Tokens = [word: string, tag: string][]

/** Second parsers: null where they do not say. */
const PARSERS: Record<'conll' | 'conllu' | 'huggingface', (text: string) => Tokens[] | null> = {
  conll(text) {
    const lines = text.split(text.includes('\n') ? '\n' : '\r').map((line) => line.replace(/\r$/, ''))
    if (lines.some((line) => line.startsWith('#') || line.includes('-DOCSTART-'))) return null
    const filled = lines.filter((line) => !/^[ \t]*$/.test(line))
    // Then spaces separate the columns.
    if (filled.filter((line) => line.includes('\t')).length * 2 <= filled.length) return null
    return blocks(lines).map((block) =>
      block.map((line): [string, string] => [line.split('\t')[0], line.split('\t')[1]]),
    )
  },
  conllu(text) {
    const lines = text.split(text.includes('\n') ? '\n' : '\r').map((line) => line.replace(/\r$/, ''))
    const rows = (block: string[]) => block.filter((line) => !line.startsWith('#') && /^\d+\t/.test(line))
    return blocks(lines)
      .map((block) => rows(block).map((line): [string, string] => [line.split('\t')[1], line.split('\t')[3]]))
      .filter((sentence) => sentence.length > 0)
  },
  huggingface(text) {
    // The names that corpora use for the list of tokens.
    return records(text).map(({ token, words, tokens = token ?? words, tags }) =>
      tokens!.map((word, t): [string, string] => [word, tags[t]]),
    )
  },
}

interface TokenRecord {
  tokens?: string[]
  token?: string[]
  words?: string[]
  tags: string[]
}

/** One JSON document, or one a line. */
function records(text: string): TokenRecord[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  try {
    return lines.map((line) => JSON.parse(line) as TokenRecord | TokenRecord[]).flat()
  } catch {
    return [JSON.parse(text) as TokenRecord | TokenRecord[]].flat()
  }
}

function blocks(lines: string[]): string[][] {
  const found: string[][] = [[]]
  for (const line of lines) {
    if (/^[ \t]*$/.test(line)) found.push([])
    else found.at(-1)!.push(line)
  }
  return found.filter((block) => block.length > 0)
}

/** What the second parser reads; its own errors name the input. */
function second(format: keyof typeof PARSERS, input: string): Tokens[] | null {
  try {
    return PARSERS[format](Buffer.from(input).toString())
  } catch (error) {
    throw new Error(`seed ${SEED}: accepted, but the second parser cannot read ${JSON.stringify(input)}`, {
      cause: error,
    })
  }
}

test.each([
  ['conll', 'Anna\tPN\nsees\tVB\n10 000\tCD\n\nLyon\tPN\nis\tVB\nfar\tJJ\n\n', '1'],
  [
    'conllu',
    '# text = Anna is\n1\tAnna\t_\tPN\t_\t_\t_\t_\t_\t_\n1.1\tx\t_\tX\t_\t_\t_\t_\t_\t_\n2\tis\t_\tVB\t_\t_\t_\t_\t_\t_\n\n1\tLyon\t_\tPN\t_\t_\t_\t_\t_\t_\n\n',
    'UPOS',
  ],
  ['huggingface', '{"tokens": ["Anna", "is"], "tags": ["PN", "VB"]}\n{"tokens": ["Lyon"], "tags": ["PN"]}\n', 'tags'],
] as const)('what is accepted of %s is what a second parser reads', TIMEOUT, async (format, text, column) => {
  const draw = new Draw(`${format} twice`)
  let compared = 0
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const input = mutated(text, draw)
    const out = await outcome(input, format, column)
    const expected = out === null ? null : second(format, input)
    if (expected === null || expected === undefined) continue
    compared++
    const written = expected
      .filter((sentence) => sentence.length > 0)
      .map((sentence) =>
        sentence
          .map(([word, tag]) => `${/[\t\r\n]/.test(word) ? word.replace(/[\t\r\n]+/g, ' ').trim() : word}\t${tag}\n`)
          .join(''),
      )
    expect(out, `seed ${SEED}: ${JSON.stringify(input)}`).toBe(written.map((sentence) => `${sentence}\n`).join(''))
  }
  expect(compared).toBeGreaterThan(ROUNDS / 10)
})
