/** Reads one corpus file of any format into a table of the requested columns. */
import { FORMAT_TITLES, isCorpusFormat, type CorpusFormat } from '../../shared/annotation/formats.ts'
import { TableBuilder, type ColumnRequest, type ColumnTable, type LineParser } from './columns.ts'
import { detect, type Detected } from './detect.ts'
import { CORPUS_READERS, type LabelNames } from './formats/index.ts'
import { lineBlocks, type FileDigest } from './lines.ts'
import type { IssueList } from './problems.ts'
import { lineOfError, unreadable } from './unreadable.ts'

export type { CorpusFormat }

/** Options for reading a file. */
export interface FileOptions {
  format: CorpusFormat | 'auto'
  /** A WHATWG label; null: UTF-8, or UTF-16 with a byte order mark. */
  encoding?: string | null
  /** Names of numeric tags. */
  labels?: LabelNames | null
}

export interface ReadFile extends FileDigest {
  format: CorpusFormat
  /** The sentences without problems. Complete only if the issues contain no error of this file. */
  table: ColumnTable
  /** Number of sentences left out because of problems. */
  badSentences: number
  /** Lines of all problems in ascending order, reported or not: see splitByProblems. */
  problemLines: Int32Array
  /** Number of all problems; those not in problemLines concern the file as a whole. */
  problemCount: number
  /** Whether a line separates two sentences and belongs to neither. */
  separates: (line: string) => boolean
  /** Whether sentences are blocks of lines, so that single ones can be removed from the file. */
  hasBlocks: boolean
}

/** Called after each block with the bytes read so far; reading waits for the returned promise. */
export type ReadProgress = (digest: FileDigest) => void | Promise<void>

/** The format to read a file as, or why it cannot be read. `lines`: the first lines of the file. */
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

/** Explains that a format with character spans must be converted first, and how. */
function refusal(found: Detected & { kind: 'format' }): string {
  return (
    `found ${FORMAT_TITLES[found.format]}, expected tokens with tags: ` +
    '`sparse-sharing convert FILE --to conll` makes columns of it'
  )
}

/**
 * Reads `path` (named `file` in messages). Problems are added to `issues` as errors, up to a limit, followed by their
 * total. Returns null if the file cannot be read, which is an error in `issues` too.
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
  if (table.sentenceStart.length === 1 && builder.problemCount === 0)
    issues.error(file, null, 'found no sentence, expected at least one')
  return {
    ...digest,
    format: found,
    table,
    badSentences: builder.badSentences,
    problemLines: builder.problemLines.toArray(),
    problemCount: builder.problemCount,
    separates: parse?.separates ?? (() => false),
    hasBlocks: parse !== null && parse.separates !== null,
  }
}
