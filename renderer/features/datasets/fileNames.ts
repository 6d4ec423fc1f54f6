/** Derives the split and the name of a corpus from file names. No DOM. */
import type { Split } from '../../../shared/protocol/requests/datasets.ts'

const SPLITS: [Split, RegExp][] = [
  ['test', /(^|[^a-z])(test|testb|tst|eval)([^a-z]|$)/i],
  ['dev', /(^|[^a-z])(dev|devel|development|valid|validation|val|testa)([^a-z]|$)/i],
  ['train', /(^|[^a-z])(train|training|trn)([^a-z]|$)/i],
]

/** The split named by a file name, or null. CoNLL-2003's testa is dev. */
export function splitOf(name: string): Split | null {
  return SPLITS.find(([, pattern]) => pattern.test(name))?.[0] ?? (/train/i.test(name) ? 'train' : null)
}

/** Assigns files to splits by name; others fill the free splits, train first. Files beyond that are left out. */
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

/** A name for the corpus of a train file, not one of `taken`: `ewt-train.conllu` → ewt. */
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
