/** Converts text within a test. */
import { convertInput } from '../../main/annotation/index.ts'
import type { FileFormat } from '../../shared/annotation/formats.ts'
import type { AnnotationFormat, ConvertCounts, ConvertJob } from '../../shared/annotation/annotation.ts'

export type Choices = Partial<
  Omit<ConvertJob['input'], 'bytes' | 'format'> &
    Omit<ConvertJob['output'], 'write' | 'offsets' | 'format'> & {
      from: FileFormat | 'auto'
      outOffsets: ConvertJob['output']['offsets']
      spans: ConvertJob['spans']
    }
>

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

/** What is written, and what is said. */
export async function convert(
  text: string,
  to: AnnotationFormat,
  choices: Choices = {},
): Promise<{ out: string; issues: string[]; counts: ConvertCounts }> {
  const { from = 'auto', spans = 'refuse', outOffsets = null, scheme = 'IOB2', ...input } = choices
  let out = ''
  const issues: string[] = []
  const counts = await convertInput({
    input: {
      name: 'in',
      path: null,
      bytes: () => bytes(text),
      format: from,
      tasks: new Map(),
      kinds: new Map(),
      offsets: null,
      annotator: 'only',
      words: 0,
      ...input,
    },
    output: { format: to, offsets: outOffsets, scheme, write: async (more) => void (out += more) },
    spans,
    onIssue: (message) => issues.push(message),
  })
  return { out, issues, counts }
}

/** The error and the issues told before it. */
export async function refusal(text: string, to: AnnotationFormat, choices: Choices = {}): Promise<string> {
  return convert(text, to, choices).then(
    () => 'nothing was refused',
    (error: Error) => error.message,
  )
}

export const lines = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
export const records = (out: string): any[] =>
  out.startsWith('[')
    ? JSON.parse(out)
    : out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
