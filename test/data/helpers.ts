/** What the tests of the data share: temporary files, configs, the real corpora where they are. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import {
  configSchema,
  type CorpusConfig,
  type ExperimentConfig,
  type ExperimentConfigInput,
} from '../../shared/settings/config.ts'
import type { ColumnTable } from '../../main/data/columns.ts'
import type { LabelNames } from '../../main/data/formats/index.ts'
import { DataError, formatIssue, IssueList } from '../../main/data/problems.ts'
import { readColumns, type ReadFile } from '../../main/data/read.ts'

export const ROOT = resolve(import.meta.dirname, '../..')
/** The corpora that may lie beside the checkout. */
export const REAL_DATA = resolve(ROOT, '../shared/data')
export const HAS_REAL_DATA = existsSync(REAL_DATA)
export const SAMPLE = resolve(ROOT, 'resources/sample')

/** A folder with these files, removed after the test. */
export function folder(files: Record<string, string | Uint8Array>): string {
  const path = mkdtempSync(join(tmpdir(), 'sparse-data-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

export function experiment(input: ExperimentConfigInput): ExperimentConfig {
  return configSchema.parse(input)
}

/** Reads one file with this content: its sentences as word/tag/tag …, and its faults. */
export async function readText(
  content: string | Uint8Array,
  tags: (string | number)[],
  options: {
    name?: string
    words?: number
    format?: CorpusConfig['format']
    encoding?: string
    labels?: LabelNames
  } = {},
): Promise<{ read: ReadFile | null; sentences: string[]; faults: string[] }> {
  const name = options.name ?? 'file.txt'
  const issues = new IssueList()
  const request = { words: String(options.words ?? 0), tags: tags.map((key) => ({ key: String(key), tasks: ['ner'] })) }
  const read = await readColumns(
    join(folder({ [name]: content }), name),
    name,
    { format: options.format ?? 'auto', encoding: options.encoding ?? null, labels: options.labels ?? null },
    request,
    issues,
  )
  return { read, sentences: read === null ? [] : sentencesOf(read.table), faults: issues.all.map(formatIssue) }
}

/** Each sentence as one string: `word/tag word/tag`. */
export function sentencesOf({ sentenceStart, words, tags }: ColumnTable): string[] {
  return Array.from({ length: sentenceStart.length - 1 }, (_, s) => {
    const tokens: string[] = []
    for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++) {
      tokens.push([words, ...tags.values()].map((column) => column.names[column.ids[t]]).join('/'))
    }
    return tokens.join(' ')
  })
}

/** The DataError that a promise must end in. */
export async function dataError(promise: Promise<unknown>): Promise<DataError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DataError)) throw new Error(`expected a DataError, found ${String(error)}`)
  return error
}
