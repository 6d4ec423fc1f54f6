/** What the names of corpus files tell: which split a file is, and what the corpus may be called. No DOM. */
import type { Split } from '../../../shared/protocol/requests/datasets.ts'

const SPLITS: [Split, RegExp][] = [
  ['test', /(^|[^a-z])(test|testb|tst|eval)([^a-z]|$)/i],
  ['dev', /(^|[^a-z])(dev|devel|development|valid|validation|val|testa)([^a-z]|$)/i],
  ['train', /(^|[^a-z])(train|training|trn)([^a-z]|$)/i],
]

/** The split that a file's name speaks of, or null. CoNLL-2003's testa is its dev. */
export function splitOf(name: string): Split | null {
  return SPLITS.find(([, pattern]) => pattern.test(name))?.[0] ?? (/train/i.test(name) ? 'train' : null)
}

/** Puts files into splits by their names; those without one fill the first free split, train first. Files that find no place are left out. */
export function assignSplits<T extends { name: string }>(
  files: T[],
  taken: readonly Split[] = [],
): Partial<Record<Split, T>> {
  const found: Partial<Record<Split, T>> = {}
  const rest: T[] = []
  for (const file of files) {
    const split = splitOf(file.name)
    if (split !== null && found[split] === undefined) found[split] = file
    else rest.push(file)
  }
  for (const file of rest) {
    const free = (['train', 'dev', 'test'] as const).find(
      (split) => found[split] === undefined && !taken.includes(split),
    )
    if (free !== undefined) found[free] = file
  }
  return found
}

/** A name for the corpus of a train file: `ewt-train.conllu` → ewt. Not one of `taken`. */
export function corpusNameOf(file: string, taken: readonly string[] = []): string {
  const stem = file.replace(/\.gz$/i, '').replace(/\.(txt|conllu?|tsv|bio|iob|data|train)$/i, '')
  const bare =
    stem
      .replace(/[-_.]?(train(ing)?|trn)$/i, '')
      .replace(/^(train(ing)?|trn)[-_.]?/i, '')
      .replace(/[-_.]?ud$/i, '') || 'corpus'
  let name = bare
  for (let n = 2; taken.includes(name); n++) name = `${bare} ${n}`
  return name
}
