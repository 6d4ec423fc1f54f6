/** Reads one corpus file of any format into a table of the columns asked for. */
import type { CorpusConfig } from '../../shared/settings/config.ts'
import { TableBuilder, type ColumnRequest, type ColumnTable, type LineParser } from './columns.ts'
import { conllParser } from './conll.ts'
import { conll2012Parser, looksLikeConll2012 } from './conll2012.ts'
import { conlluParser, looksLikeConllu } from './conllu.ts'
import type { IssueList } from './problems.ts'
import { lineBlocks, type FileDigest } from './lines.ts'

export type CorpusFormat = Exclude<CorpusConfig['format'], 'auto'>

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
  separates: LineParser['separates']
}

/** Is told after every block of a file how much of it was read, and may take its time. */
export type ReadProgress = (digest: FileDigest) => void | Promise<void>

/** auto: the name's extension if it says CoNLL-U, else the look of the first row; CoNLL-2012 says so itself. */
export function detectFormat(path: string, format: CorpusConfig['format'], lines: (string | null)[]): CorpusFormat {
  if (format !== 'auto') return format
  if (path.toLowerCase().endsWith('.conllu') || looksLikeConllu(lines)) return 'conllu'
  return looksLikeConll2012(lines) ? 'conll2012' : 'conll'
}

/**
 * Reads `path` (named `file` in messages). All faults go to `issues` as errors, up to a limit and with their number;
 * so does a file that cannot be read, whose result is null.
 */
export async function readColumns(
  path: string,
  file: string,
  format: CorpusConfig['format'],
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
    for await (const lines of lineBlocks(path, digest)) {
      if (parse === null) {
        found = detectFormat(path, format, lines)
        parse =
          found === 'conllu'
            ? conlluParser(request, builder)
            : found === 'conll2012'
              ? conll2012Parser(request, builder)
              : conllParser(lines, request, builder)
      }
      for (let i = 0; i < lines.length; i++) parse(lines[i], ++lineNumber)
      await progress?.(digest)
    }
  } catch (error) {
    issues.error(file, null, unreadable(error))
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
  }
}

/** A file system error in the words of the other messages. */
export function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'found no such file, expected a file to read'
  if (code === 'EISDIR') return 'found a folder, expected a file to read'
  if (code === 'EACCES' || code === 'EPERM')
    return 'found a file that may not be read, expected the permission to read it'
  if (code === 'NOT_A_FILE') return 'found a pipe or a device, expected a file to read'
  if (code === 'LONG_LINE') return 'found a line of more than 64 MB, expected a line a token'
  if (code?.startsWith('Z_')) return `found a broken gzip file (${(error as Error).message}), expected a whole one`
  if (code !== undefined) return `found ${code} on reading, expected a readable file`
  throw error
}
