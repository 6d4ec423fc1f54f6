/** Converts a file of an annotation tool to columns, which can then be imported like any other file. */
import type { SpanPolicy, Tool } from '../../../shared/annotation/annotation.ts'
import { isCatalogueFormat } from '../../../shared/annotation/formats.ts'
import { SPAN_PROBLEMS_SHOWN, type ImportedAnnotations } from '../../../shared/protocol/requests/annotations.ts'
import { convertInput, formatOf } from '../../annotation/index.ts'
import { fileBytes } from '../../tagger/source.ts'
import { DatasetError, withCode } from '../datasets/errors.ts'
import type { HeldFile, Uploads } from '../datasets/uploads.ts'
import { textFile } from './textFile.ts'

/**
 * Throws 'notAnnotated' with file and line where the file has a problem. The upload stays, so that it can be imported
 * with other options.
 */
export function importAnnotations(
  uploads: Uploads,
  { file, text }: { file: string; text?: string | undefined },
  wanted: Tool | 'brat' | 'auto',
  spans: SpanPolicy,
  signal: AbortSignal,
): Promise<ImportedAnnotations> {
  const files = text === undefined ? [file] : [file, text]
  return uploads.hold(files, 'import', ([held, of]) => convert(uploads, held, of?.path, wanted, spans, signal))
}

async function convert(
  uploads: Uploads,
  { path, name }: HeldFile,
  textPath: string | undefined,
  wanted: Tool | 'brat' | 'auto',
  spans: SpanPolicy,
  signal: AbortSignal,
): Promise<ImportedAnnotations> {
  const from = wanted === 'auto' ? await withCode('notAnnotated', () => formatOf(fileBytes(path), name)) : wanted
  const spanProblems: ImportedAnnotations['spanProblems'] = { total: 0, shown: [] }
  if (isCatalogueFormat(from)) return { from: null, file: null, counts: null, spanProblems }
  const onIssue = (message: string) => {
    spanProblems.total++
    if (spanProblems.shown.length < SPAN_PROBLEMS_SHOWN) spanProblems.shown.push(message)
  }
  try {
    const made = await textFile(uploads, columnsName(name), (write) =>
      convertInput({
        input: {
          name,
          path,
          textPath,
          bytes: () => fileBytes(path),
          format: from,
          tasks: new Map(),
          kinds: new Map(),
          offsets: null,
          annotator: 'only',
          words: 0,
        },
        output: {
          format: 'conll',
          offsets: null,
          scheme: 'IOB2',
          write(text) {
            signal.throwIfAborted()
            return write(text)
          },
        },
        spans,
        onIssue,
      }),
    )
    return { from, ...made, spanProblems }
  } catch (error) {
    // If only the spans were refused, the reply lists them.
    if (spans === 'refuse' && spanProblems.total > 0 && !(error instanceof DatasetError))
      return { from, file: null, counts: null, spanProblems }
    return withCode('notAnnotated', () => Promise.reject(error as Error))
  }
}

/** tasks.jsonl.gz → tasks.conll */
const columnsName = (name: string) =>
  `${name.replace(/\.gz$/i, '').replace(/\.(jsonl?|json|csv|tsv|conllup|ann)$/i, '')}.conll`
