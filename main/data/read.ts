/** Reads one corpus file of any format into a table of the columns asked for. */
import { FORMAT_TITLES, isCorpusFormat, type CorpusFormat } from '../../shared/annotation/formats.ts'
import { TableBuilder, type ColumnRequest, type ColumnTable, type LineParser } from './columns.ts'
import { detect, type Detected } from './detect.ts'
import { CORPUS_READERS, type LabelNames } from './formats/index.ts'
import { lineBlocks, type FileDigest } from './lines.ts'
import type { IssueList } from './problems.ts'
import { lineOfError, unreadable } from './unreadable.ts'

export type { CorpusFormat }

/** How a file is to be read. */
export interface FileOptions {
  format: CorpusFormat | 'auto'
  /** A WHATWG label; null: UTF-8, or UTF-16 with a byte order mark. */
  encoding?: string | null
  /** Names of tags that the file numbers. */
  labels?: LabelNames | null
}

export interface ReadFile extends FileDigest {
  format: CorpusFormat
  /** The sentences without a fault. Whole only where the issues hold no error of this file. */
  table: ColumnTable
  /** Sentences left out for their faults, and the lines of all faults in order, told or not: see writeGoodSentences. */
  badSentences: number
  faultLines: Int32Array
  /** Of all faults; those beyond faultLines are of the file as a whole. */
  faultCount: number
  /** Whether a line stands between two sentences and belongs to neither. */
  separates: (line: string) => boolean
  /** Whether sentences are blocks of lines, so that some can be left out of the file. */
  hasBlocks: boolean
}

/** Is told after every block of a file how much of it was read, and may take its time. */
export type ReadProgress = (digest: FileDigest) => void | Promise<void>

/** What a file is read as; or why it is not. `lines`: its first ones. */
export function corpusFormat(
  file: string,
  format: FileOptions['format'],
  lines: readonly (string | null)[],
): CorpusFormat | { message: string; line: number | null } {
  if (format !== 'auto') return format
  const found = detect(lines, file)
  switch (found.kind) {
    case 'columns':
      return 'conll'
    case 'format':
      return isCorpusFormat(found.format) ? found.format : { message: refusal(found), line: null }
    case 'text':
      return {
        message: 'found running text, expected a token a line with its tags, and a blank line after each sentence',
        line: 1,
      }
    case 'refused':
      return found
  }
}

/** Why a format with spans of characters is no corpus yet, and how it becomes one. */
function refusal(found: Detected & { kind: 'format' }): string {
  return `found ${FORMAT_TITLES[found.format]}, expected tokens with tags: \`sparse-sharing convert FILE --to conll\` makes columns of it`
}

/**
 * Reads `path` (named `file` in messages). All faults go to `issues` as errors, up to a limit and with their number;
 * so does a file that cannot be read, whose result is null.
 */
export async function readColumns(
  path: string,
  file: string,
  { format, encoding = null, labels = null }: FileOptions,
  request: ColumnRequest,
  issues: IssueList,
  progress?: ReadProgress,
): Promise<ReadFile | null> {
  const digest: FileDigest = { hash: '', bytes: 0 }
  const builder = new TableBuilder(file, request, issues)
  let found: CorpusFormat = 'conll'
  let parse: LineParser | null = null
  let lineNumber = 0
  try {
    for await (const lines of lineBlocks(path, digest, encoding)) {
      if (parse === null) {
        const read = corpusFormat(file, format, lines)
        if (typeof read === 'object') {
          issues.error(file, read.line, read.message)
          return null
        }
        found = read
        parse = CORPUS_READERS[found].parser(lines, request, builder, { labels })
      }
      for (let i = 0; i < lines.length; i++) parse(lines[i], ++lineNumber)
      await progress?.(digest)
    }
  } catch (error) {
    issues.error(file, lineOfError(error), unreadable(error))
    return null
  }
  parse?.end?.()
  const table = builder.finish()
  if (table.sentenceStart.length === 1 && builder.faults === 0)
    issues.error(file, null, 'found no sentence, expected at least one')
  return {
    ...digest,
    format: found,
    table,
    badSentences: builder.badSentences,
    faultLines: builder.faultLines.toArray(),
    faultCount: builder.faults,
    separates: parse?.separates ?? (() => false),
    hasBlocks: parse !== null && parse.separates !== null,
  }
}
