/** Converts annotations between formats. */
import { resolve } from 'node:path'
import { ANNOTATION_FORMATS, SPAN_POLICIES, type ConvertJob } from '../../shared/annotation/annotation.ts'
import { CORPUS_FORMATS, SPAN_FORMATS } from '../../shared/annotation/formats.ts'
import { convertInput } from '../annotation/index.ts'
import { brief } from '../config/brief.ts'
import type { Converted, ConvertOptions, ConvertSource } from './types.ts'

/**
 * Converts a file or a text. Rejects with a TypeError for an unknown option, and with an Error that names file and line
 * for a problem in the input.
 */
export async function convert(source: ConvertSource, options: ConvertOptions): Promise<Converted> {
  const { from = 'auto', to, tasks = {}, spans = 'refuse', scheme = 'IOB2', words = 0, encoding = null } = options
  const format = oneOf('from', from, ['auto', ...CORPUS_FORMATS, ...SPAN_FORMATS] as const)
  const problems: string[] = []
  let text = ''
  const {
    read,
    written,
    notes,
    from: found,
  } = await convertInput({
    input: {
      ...inputOf(source),
      format,
      tasks: new Map(Object.entries(tasks).map(([name, where]) => [name, where === null ? null : [where].flat()])),
      kinds: new Map(),
      offsets: null,
      annotator: 'only',
      words,
      encoding,
    },
    output: {
      format: oneOf('to', to, ANNOTATION_FORMATS),
      offsets: null,
      scheme: oneOf('scheme', scheme, ['IOB1', 'IOB2', 'BIOES', 'BILOU'] as const),
      async write(part) {
        text += part
      },
    },
    spans: oneOf('spans', spans, SPAN_POLICIES),
    onIssue: (problem) => problems.push(problem),
  }).catch((error: Error) => {
    // The message counts the spans; these lines name them.
    if (problems.length > 0) error.message += `\n${problems.join('\n')}`
    throw error
  })
  return { text, from: found, read, written, problems, notes }
}

function inputOf(source: ConvertSource): Pick<ConvertJob['input'], 'name' | 'path' | 'bytes'> {
  if ('file' in source) return { name: source.file, path: resolve(source.file), bytes: () => empty() }
  const { text, name = 'text' } = source
  return {
    name,
    path: null,
    async *bytes() {
      yield Buffer.from(text)
    },
  }
}

async function* empty(): AsyncGenerator<Uint8Array> {}

function oneOf<T extends string>(option: string, found: string, expected: readonly T[]): T {
  if (expected.includes(found as T)) return found as T
  throw new TypeError(`${option}: found ${brief(found)}, expected one of ${expected.join(', ')}`)
}
