/** A file of an annotation tool as columns, which an import takes as any other. */
import { isTool, type SpanPolicy, type Tool } from '../../../shared/annotation/annotation.ts'
import { SPAN_PROBLEMS_SHOWN, type ImportedAnnotations } from '../../../shared/protocol/requests/annotations.ts'
import { convertInput, formatOf } from '../../annotation/index.ts'
import { fileBytes } from '../../tagger/source.ts'
import { DatasetError } from '../datasets/errors.ts'
import type { Uploads } from '../datasets/uploads.ts'
import { textFile } from './textFile.ts'

/** Throws 'notAnnotated' naming file and line where the file is at fault. What was handed over stays, so that it can be brought in otherwise. */
export async function importAnnotations(
  uploads: Uploads,
  file: string,
  wanted: Tool | 'auto',
  spans: SpanPolicy,
): Promise<ImportedAnnotations> {
  const { path, name } = uploads.get(file)
  const from = wanted === 'auto' ? await told(() => formatOf(fileBytes(path), name)) : wanted
  const spanProblems: ImportedAnnotations['spanProblems'] = { total: 0, shown: [] }
  if (!isTool(from)) return { from: null, file: null, counts: null, spanProblems }
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
          bytes: () => fileBytes(path),
          format: from,
          tasks: new Map(),
          kinds: new Map(),
          offsets: null,
          annotator: 'only',
          words: 0,
        },
        output: { format: 'conll', offsets: null, scheme: 'IOB2', write },
        spans,
        onIssue,
      }),
    )
    return { from, ...made, spanProblems }
  } catch (error) {
    // Refused for the spans alone: what they are is the answer.
    if (spans === 'refuse' && spanProblems.total > 0 && !(error instanceof DatasetError))
      return { from, file: null, counts: null, spanProblems }
    return told(() => Promise.reject(error as Error))
  }
}

/** tasks.jsonl.gz → tasks.conll */
const columnsName = (name: string) => `${name.replace(/\.gz$/i, '').replace(/\.(jsonl?|json)$/i, '')}.conll`

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DatasetError) throw error
    throw new DatasetError('notAnnotated', (error as Error).message)
  }
}
