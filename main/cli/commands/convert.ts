/** `convert`: annotations from one format to another. */
import { resolve } from 'node:path'
import {
  ANNOTATION_FORMATS,
  SPAN_POLICIES,
  TOOL_UNITS,
  type AnnotationFormat,
  type ConvertCounts,
  type ConvertJob,
} from '../../../shared/annotation/annotation.ts'
import { CORPUS_FORMATS, FORMAT_TITLES, SPAN_FORMATS } from '../../../shared/annotation/formats.ts'
import { counted, grouped } from '../../../shared/util/format.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf, manyOf } from '../choices.ts'
import { textOf, type Command, type Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { inputOf } from '../input.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'

const SOURCE_FORMATS = [...CORPUS_FORMATS, ...SPAN_FORMATS] as const
const SCHEMES = ['IOB2', 'IOB1', 'BIOES', 'BILOU'] as const

export const convert: Command = {
  name: 'convert',
  arguments: ['[FILE]'],
  summary:
    'Convert annotations between formats: CoNLL columns, CoNLL-U, doccano, Prodigy, Label Studio, and others to them.',
  details: [
    'FILE is plain or gzip; without FILE, or with -, standard input is read. Columns are written as `train` reads ' +
      'them: texts split into sentences of tokens, one column per task.',
    'A span that crosses token or sentence boundaries, or overlaps another span of its task, is reported with ' +
      'file and line. Nothing is written then, unless --spans says what to do with such spans.',
    '  sparse-sharing convert admin.jsonl --from doccano --to conll --task ner --out ner.conll',
    '  sparse-sharing convert eng.testb --task pos=1 --task ner=3 --to labelstudio --out tasks.json',
    '  sparse-sharing convert tasks.json --to conllu --task ner=label --annotator first --spans snap',
  ],
  options: [
    {
      name: 'from',
      value: 'FORMAT',
      description: `${SOURCE_FORMATS.join(', ')}; auto detects it from the first lines [auto].`,
    },
    { name: 'to', value: 'FORMAT', description: `${ANNOTATION_FORMATS.join(', ')}.` },
    { name: 'out', value: 'FILE', description: 'Write to FILE, which appears once it is complete.' },
    {
      name: 'task',
      value: 'NAME=WHERE',
      repeats: true,
      description:
        'A task to convert and where it is: a column of CoNLL (3) or CoNLL-U (UPOS, MISC:Entity), labels of ' +
        'doccano and Prodigy (PER,LOC), a control of Label Studio (label). Without =WHERE: everything not ' +
        'assigned to another task. May be repeated [everything that looks like tags].',
    },
    {
      name: 'kind',
      value: 'NAME=KIND',
      repeats: true,
      description:
        'span or token, if it is detected wrongly: by default a task in which every token has a label is a token task.',
    },
    {
      name: 'spans',
      value: 'POLICY',
      description:
        'What to do with spans that don’t match token boundaries: refuse = list them and stop; snap = extend them ' +
        'to whole tokens, join sentences; skip = leave them out. Of overlapping spans the longest is kept ' +
        '[refuse].',
    },
    {
      name: 'offsets',
      value: 'UNIT',
      description:
        'Unit of the offsets in FILE: utf16 (JavaScript), codePoints (Python) or graphemes (characters as people see ' +
        'them) [detected from the texts, else utf16 for doccano, codePoints for the others].',
    },
    { name: 'out-offsets', value: 'UNIT', description: 'Unit of the offsets in the output.' },
    {
      name: 'annotator',
      value: 'WHO',
      description:
        'Whose annotations to take from Label Studio: only = each task must have exactly one; first; predictions ' +
        '= those of a model; or an annotator, by number or e-mail address [only].',
    },
    {
      name: 'encoding',
      value: 'NAME',
      description: 'Encoding of FILE: latin1, windows-1252, utf-16le, gb18030, … [UTF-8].',
    },
    {
      name: 'labels',
      value: 'NAMES',
      description:
        'Names of tags that FILE numbers: a list (O,B-PER,I-PER), or a file: dataset_info.json, README.md or config.json of Hugging Face.',
    },
    { name: 'words', value: 'N', description: 'Column of the words in CoNLL files, counted from 0 [0].' },
    { name: 'scheme', value: 'SCHEME', description: `Scheme of span tags in columns: ${SCHEMES.join(', ')} [IOB2].` },
  ],
  settings: false,
  run: convertFile,
}

async function convertFile(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const job = jobOf(args, context)
  const { convertInput } = await context.core.annotation()
  const out = textOf(args, 'out')
  const output = await openOutput(io, out === undefined ? null : resolve(io.cwd, out))
  try {
    const counts = await convertInput({ ...job, output: { ...job.output, write: (text) => output.write(text) } })
    await output.finish()
    report(counts, job.output.format, out, (line) => io.stderr.write(`${line}\n`))
    return EXIT.ok
  } catch (error) {
    await output.drop()
    throw error
  }
}

function report(
  { from, read, written, tasks, notes }: ConvertCounts,
  to: AnnotationFormat,
  out: string | undefined,
  print: (line: string) => void,
): void {
  notes.forEach((note) => print(`note: ${note}`))
  const described = tasks.map(
    ({ name, kind, spans }) => `${name} (${counted(spans, kind === 'token' ? 'token' : 'span')})`,
  )
  const where = out === undefined ? '' : ` to ${out}`
  const what = described.join(', ') || 'no tasks'
  print(`${from} to ${to}: ${grouped(read)} read, ${grouped(written)} written${where}; ${what}`)
}

/** Throws UsageError. */
function jobOf(args: ParsedArgs, { io }: Context): ConvertJob {
  const input = inputOf(args.arguments[0], io)
  const to = choiceOf(args, 'to', ANNOTATION_FORMATS)
  if (to === undefined) throw new UsageError(`convert needs --to FORMAT: one of ${ANNOTATION_FORMATS.join(', ')}`)
  return {
    input: {
      ...input,
      format: choiceOf(args, 'from', ['auto', ...SOURCE_FORMATS] as const) ?? 'auto',
      tasks: tasksOf(args),
      kinds: kindsOf(args),
      offsets: choiceOf(args, 'offsets', TOOL_UNITS) ?? null,
      annotator: textOf(args, 'annotator') ?? 'only',
      words: countOf(args, 'words') ?? 0,
      encoding: textOf(args, 'encoding') ?? null,
      labels: labelsOf(args, io.cwd),
      onDetected: (format) =>
        io.stderr.write(`note: ${input.name} is read as ${FORMAT_TITLES[format]}; --from reads it otherwise\n`),
    },
    output: {
      format: to,
      offsets: choiceOf(args, 'out-offsets', TOOL_UNITS) ?? null,
      scheme: choiceOf(args, 'scheme', SCHEMES) ?? 'IOB2',
      write: async () => {},
    },
    spans: choiceOf(args, 'spans', SPAN_POLICIES) ?? 'refuse',
    onIssue: (message) => io.stderr.write(`${message}\n`),
  }
}

/** A list stays one; a path is taken from the working folder. */
function labelsOf(args: ParsedArgs, cwd: string): string | null {
  const given = textOf(args, 'labels')
  if (given === undefined) return null
  return given.includes(',') ? given : resolve(cwd, given)
}

function tasksOf(args: ParsedArgs): Map<string, string[] | null> {
  const tasks = new Map<string, string[] | null>()
  for (const [name, where] of pairs(args, 'task')) {
    if (tasks.has(name)) throw new UsageError(`--task ${name} is given twice`)
    tasks.set(name, where?.split(',').filter((part) => part !== '') ?? null)
  }
  return tasks
}

function kindsOf(args: ParsedArgs): Map<string, 'span' | 'token'> {
  return new Map(
    pairs(args, 'kind').map(([name, kind]) => {
      if (kind !== 'span' && kind !== 'token')
        throw new UsageError(`--kind ${name}: found ${brief(kind)}, expected NAME=span or NAME=token`)
      return [name, kind]
    }),
  )
}

function pairs(args: ParsedArgs, option: string): [name: string, value: string | null][] {
  return manyOf(args, option).map((text) => {
    const [, name, value] = /^([\w-]+)(?:=(.+))?$/s.exec(text) ?? []
    if (name === undefined)
      throw new UsageError(
        `--${option}: found ${brief(text)}, expected a name of letters, digits, _ and -, or NAME=VALUE`,
      )
    return [name, value ?? null]
  })
}
