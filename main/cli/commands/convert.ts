/** `convert`: annotations from one dialect into another. */
import { resolve } from 'node:path'
import {
  ANNOTATION_FORMATS,
  SPAN_POLICIES,
  TOOL_UNITS,
  type AnnotationFormat,
  type ConvertCounts,
  type ConvertJob,
} from '../../../shared/annotation/annotation.ts'
import { grouped } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf, manyOf } from '../choices.ts'
import { textOf, type Command, type Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'

const SCHEMES = ['IOB2', 'IOB1', 'BIOES', 'BILOU'] as const

export const convert: Command = {
  name: 'convert',
  arguments: ['[FILE]'],
  summary: 'Convert annotations: CoNLL columns, CoNLL-U, doccano, Prodigy, Label Studio.',
  details: [
    'FILE is plain or gzip; without it, or with -, standard input is read. Columns come out as `train` reads them: texts cut into sentences of tokens, a column a task.',
    'A span that does not fit the tokens, the sentences or the other spans of its task is told with file and line, and nothing is written until --spans says what becomes of such.',
    '  sparse-sharing convert admin.jsonl --from doccano --to conll --task ner --out ner.conll',
    '  sparse-sharing convert eng.testb --task pos=1 --task ner=3 --to labelstudio --out tasks.json',
    '  sparse-sharing convert tasks.json --to conllu --task ner=label --annotator first --spans snap',
  ],
  options: [
    {
      name: 'from',
      value: 'FORMAT',
      description: `${ANNOTATION_FORMATS.join(', ')}; auto looks at the first lines [auto].`,
    },
    { name: 'to', value: 'FORMAT', description: `${ANNOTATION_FORMATS.join(', ')}.` },
    { name: 'out', value: 'FILE', description: 'Write there; the file appears once it is whole.' },
    {
      name: 'task',
      value: 'NAME=WHERE',
      repeats: true,
      description:
        'A task wanted and where it is: a column of CoNLL (3), of CoNLL-U (UPOS, MISC:Entity), labels of doccano and Prodigy (PER,LOC), the control of Label Studio (label). Without =WHERE: what bears no other name. May be given more than once [all that look like tags].',
    },
    {
      name: 'kind',
      value: 'NAME=KIND',
      repeats: true,
      description: 'span or token, where it is misjudged: a task is of tokens where every token has a label.',
    },
    {
      name: 'spans',
      value: 'POLICY',
      description:
        'Spans that do not fit: refuse = tell of all and stop; snap = take all tokens that they touch, join sentences; skip = leave them out. Of spans that overlap the longest stays [refuse].',
    },
    {
      name: 'offsets',
      value: 'UNIT',
      description:
        'What offsets in FILE count: utf16 as JavaScript does, codePoints as Python does, graphemes as a reader does [what its texts say, else utf16 for doccano, codePoints for the others].',
    },
    { name: 'out-offsets', value: 'UNIT', description: 'The same of the output.' },
    {
      name: 'annotator',
      value: 'WHO',
      description:
        'Label Studio: only = there must be one a task; first; predictions = what a model said; or whose work counts (a number or an address) [only].',
    },
    { name: 'words', value: 'N', description: 'Column of the words in CoNLL files, from 0 [0].' },
    { name: 'scheme', value: 'SCHEME', description: `Of span tags in columns: ${SCHEMES.join(', ')} [IOB2].` },
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
    tell(counts, job.output.format, out, (line) => io.stderr.write(`${line}\n`))
    return EXIT.ok
  } catch (error) {
    await output.drop()
    throw error
  }
}

function tell(
  { from, read, written, tasks, notes }: ConvertCounts,
  to: AnnotationFormat,
  out: string | undefined,
  say: (line: string) => void,
): void {
  notes.forEach((note) => say(`note: ${note}`))
  const described = tasks.map(
    ({ name, kind, spans }) => `${name} (${grouped(spans)} ${kind === 'token' ? 'tokens' : 'spans'})`,
  )
  say(
    `${from} to ${to}: ${grouped(read)} read, ${grouped(written)} written${out === undefined ? '' : ` to ${out}`}; ${described.join(', ') || 'no task'}`,
  )
}

/** Throws UsageError. */
function jobOf(args: ParsedArgs, { io }: Context): ConvertJob {
  const given = args.arguments[0] ?? '-'
  const file = given === '-' ? null : resolve(io.cwd, given)
  const to = choiceOf(args, 'to', ANNOTATION_FORMATS)
  if (to === undefined) throw new UsageError(`--to: found nothing, expected one of ${ANNOTATION_FORMATS.join(', ')}`)
  return {
    input: {
      name: file === null ? 'standard input' : given,
      path: file,
      bytes: () => io.stdin.bytes(),
      format: choiceOf(args, 'from', ['auto', ...ANNOTATION_FORMATS] as const) ?? 'auto',
      tasks: tasksOf(args),
      kinds: kindsOf(args),
      offsets: choiceOf(args, 'offsets', TOOL_UNITS) ?? null,
      annotator: textOf(args, 'annotator') ?? 'only',
      words: countOf(args, 'words') ?? 0,
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

function tasksOf(args: ParsedArgs): Map<string, string[] | null> {
  const tasks = new Map<string, string[] | null>()
  for (const [name, where] of pairs(args, 'task')) {
    if (tasks.has(name)) throw new UsageError(`--task ${name}: found twice, expected once`)
    tasks.set(name, where?.split(',').filter((part) => part !== '') ?? null)
  }
  return tasks
}

function kindsOf(args: ParsedArgs): Map<string, 'span' | 'token'> {
  return new Map(
    pairs(args, 'kind').map(([name, kind]) => {
      if (kind !== 'span' && kind !== 'token')
        throw new UsageError(`--kind ${name}: found ${JSON.stringify(kind)}, expected NAME=span or NAME=token`)
      return [name, kind]
    }),
  )
}

function pairs(args: ParsedArgs, option: string): [name: string, value: string | null][] {
  return manyOf(args, option).map((text) => {
    const [, name, value] = /^([\w-]+)(?:=(.+))?$/s.exec(text) ?? []
    if (name === undefined)
      throw new UsageError(
        `--${option}: found ${JSON.stringify(text)}, expected a name of letters, digits, _ and -, or NAME=VALUE`,
      )
    return [name, value ?? null]
  })
}
