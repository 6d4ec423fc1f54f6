/**
 * Makes the sample corpora from the originals: node resources/sample/excerpt.ts <ud_ewt folder> <wnut17 folder> <target folder>.
 * Everything is taken at even steps, nothing at random, so the same originals give the same bytes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nounPhrases } from './nounPhrases.ts'

const EWT = [
  ['train', 1500],
  ['dev', 300],
  ['test', 300],
] as const
/** Originals, and how many sentences with and without an entity to take: few of the tweets in train have one. */
const WNUT = [
  ['train', 'wnut17train.conll', 1100, 400],
  ['dev', 'emerging.dev.conll', 250, 150],
  ['test', 'emerging.test.annotated', 250, 150],
] as const
/** Short sentences, to keep the main command of the README short. */
const MAX_TOKENS = 30

/** n of the items, at even steps. */
function spread<T>(items: T[], n: number): T[] {
  return Array.from({ length: n }, (_, i) => items[Math.floor((i * items.length) / n)])
}

/** Groups of lines apart by lines of white space. */
function groups(text: string): string[][] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map((group) => group.split('\n').filter((line) => line.trim() !== ''))
    .filter((group) => group.length > 0)
}

const write = (lines: string[][]) => lines.map((group) => `${group.join('\n')}\n\n`).join('')

/** One sentence of CoNLL-U: its sent_id, and LEMMA, FEATS, DEPS left out for size; in MISC NP=… of the tokens of a noun phrase. */
function slimConllu(group: string[]): string[] {
  const rows = group.filter((line) => !line.startsWith('#')).map((line) => line.split('\t'))
  const tokens = rows.filter((row) => /^[0-9]+$/.test(row[0]))
  const phrases = new Map(nounPhrases(tokens).map((tag, i) => [tokens[i], tag === 'O' ? '_' : `NP=${tag}`]))
  const lines = rows.map((row) => {
    const [id, form, , upos, xpos, , head, deprel] = row
    return [id, form, '_', upos, xpos, '_', head, deprel, '_', phrases.get(row) ?? '_'].join('\t')
  })
  return [...group.filter((line) => line.startsWith('# sent_id')), ...lines]
}

/** The excerpts by file name. */
export function excerpts(ewt: string, wnut: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [split, n] of EWT) {
    const short = groups(readFileSync(join(ewt, `en_ewt-ud-${split}.conllu`), 'utf8')).filter(
      (group) => group.filter((line) => /^[0-9]+\t/.test(line)).length <= MAX_TOKENS,
    )
    files[`ewt-${split}.conllu`] = write(spread(short, n).map(slimConllu))
  }
  for (const [split, file, withEntity, without] of WNUT) {
    const sentences = groups(readFileSync(join(wnut, file), 'utf8')).filter((group) => group.length <= MAX_TOKENS)
    const hasEntity = (group: string[]) => group.some((line) => !line.endsWith('\tO'))
    const taken = new Set([
      ...spread(sentences.filter(hasEntity), withEntity),
      ...spread(
        sentences.filter((group) => !hasEntity(group)),
        without,
      ),
    ])
    files[`wnut-${split}.conll`] = write(sentences.filter((group) => taken.has(group)))
  }
  return files
}

if (import.meta.main) {
  const [ewt, wnut, target] = process.argv.slice(2)
  mkdirSync(target, { recursive: true })
  for (const [name, content] of Object.entries(excerpts(ewt, wnut))) writeFileSync(join(target, name), content)
}
