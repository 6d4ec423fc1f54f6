/** `tag`: tags text with what a run trained. */
import { resolve } from 'node:path'
import { compact, grouped } from '../../../shared/util/format.ts'
import { PACKED_ENDING } from '../../../shared/runs/exporting.ts'
import { METHODS } from '../../../shared/settings/methods.ts'
import { isTool, labellingSetUp, labelsOf, UNIT_OF } from '../../../shared/annotation/annotation.ts'
import {
  INPUT_FORMATS,
  OFFSET_UNITS,
  OUTPUT_FORMATS,
  SCHEMES_OUT,
  type OutputFormat,
  type TagJob,
} from '../../../shared/tags/tagging.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf, listOf } from '../choices.ts'
import { paintFor } from '../colour.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import type { ModelSource } from '../core.ts'
import { requireStore, withStoreToRead } from '../stores.ts'

export const tag: Command = {
  name: 'tag',
  arguments: ['RUN', '[FILE]'],
  summary: 'Tag text with what a run trained.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`; or the path of a packed model (export --format packed), which takes no database. FILE is plain or gzip; without it, or with -, standard input is read, and every line is answered at once.',
    'What was trained is all it takes: the corpora of the run need not be there any more.',
    '  sparse-sharing tag last letter.txt',
    '  sparse-sharing tag last eng.testb --format conll --out-format conll --out tagged.conll',
    '  sparse-sharing tag last letter.txt --out-format labelstudio --out tasks.json',
    '  echo "EU rejects German call." | sparse-sharing tag last --out-format jsonl',
  ],
  options: [
    databaseOption,
    {
      name: 'method',
      value: 'METHOD',
      description: `Whose networks: ${METHODS.join(', ')} (default: sparse, else what the run has).`,
    },
    { name: 'task', value: 'NAMES', description: 'Tasks wanted, apart by commas (default: all).' },
    {
      name: 'format',
      value: 'FORMAT',
      description:
        'Of the input: text = free text, a sentence ends with its line at the latest; wrapped = free text with lines broken anywhere; lines = a sentence a line; tokens = the same, tokens apart by spaces; conll; conllu; auto looks at the name and the first lines [auto].',
    },
    { name: 'words', value: 'N', description: 'Column of the words in CoNLL files, from 0 [0].' },
    {
      name: 'out-format',
      value: 'FORMAT',
      description:
        'text = for reading; html = a page with the spans marked; conll = columns; conllu; jsonl = a JSON object a sentence; doccano, prodigy, labelstudio = suggestions to correct in these tools [text on a terminal, else conll].',
    },
    { name: 'out', value: 'FILE', description: 'Write there; the file appears once it is whole.' },
    {
      name: 'confidence',
      description:
        'With the probability of every tag (conll, jsonl, html) or span (prodigy); labelstudio always has them.',
    },
    {
      name: 'scheme',
      value: 'SCHEME',
      description: `Of span tags on the way out: ${SCHEMES_OUT.join(', ')} [asTrained].`,
    },
    {
      name: 'offsets',
      value: 'UNIT',
      description:
        'What offsets in JSON count: codePoints as Python does, utf16 as JavaScript does [codePoints; doccano: utf16].',
    },
    { name: 'threads', value: 'N', description: 'Cores to use; 0 = all [0].' },
  ],
  settings: false,
  run: tagText,
}

async function tagText(args: ParsedArgs, context: Context): Promise<number> {
  const { cwd } = context.io
  const job = jobOf(args, context)
  const [model] = args.arguments
  if (model.endsWith(PACKED_ENDING)) return tagWith({ file: resolve(cwd, model), name: model }, job, args, context)
  return withStoreToRead(args, context, (maybe, path) =>
    tagWith({ store: requireStore(maybe, path), run: model }, job, args, context),
  )
}

async function tagWith(source: ModelSource, job: TagJob, args: ParsedArgs, { io, core }: Context): Promise<number> {
  const { tagInput } = await core.tagger()
  const out = textOf(args, 'out')
  const output = await openOutput(io, out === undefined ? null : resolve(io.cwd, out))
  try {
    const counts = await tagInput(source, { ...job, output: { ...job.output, write: (text) => output.write(text) } })
    await output.finish()
    const { sentences, tokens, seconds } = counts
    io.stderr.write(
      `${grouped(sentences)} sentences, ${grouped(tokens)} tokens${tokens > 0 ? `, ${compact(tokens / seconds)} tokens/s` : ''}${out === undefined ? '' : `, written to ${out}`}\n`,
    )
    return EXIT.ok
  } catch (error) {
    await output.drop()
    throw error
  }
}

/** Throws UsageError. */
function jobOf(args: ParsedArgs, { io }: Context): TagJob {
  const [, given = '-'] = args.arguments
  const file = given === '-' ? null : resolve(io.cwd, given)
  const terminal = io.stdout.isTTY && textOf(args, 'out') === undefined
  const format: OutputFormat = choiceOf(args, 'out-format', OUTPUT_FORMATS) ?? (terminal ? 'text' : 'conll')
  return {
    method: choiceOf(args, 'method', METHODS),
    tasks: listOf(args, 'task'),
    threads: countOf(args, 'threads') ?? 0,
    input: {
      name: file === null ? 'standard input' : given,
      path: file,
      format: choiceOf(args, 'format', INPUT_FORMATS) ?? 'auto',
      words: countOf(args, 'words') ?? 0,
      bytes: () => io.stdin.bytes(),
    },
    output: {
      format,
      offsets: choiceOf(args, 'offsets', OFFSET_UNITS) ?? (isTool(format) ? UNIT_OF[format] : 'codePoints'),
      scheme: choiceOf(args, 'scheme', SCHEMES_OUT) ?? 'asTrained',
      confidence: args.options.has('confidence') || format === 'labelstudio',
      columns: io.stdout.columns,
      paint: paintFor(io.stdout, io),
      write: async () => {},
    },
    onReady({ name, method, tasks }) {
      io.stderr.write(
        `${name}, ${method}: ${tasks.map((task) => task.name).join(', ')}${file === null && io.stdin.isTTY ? '; type text, end with Ctrl-D' : ''}\n`,
      )
      if (format === 'labelstudio')
        io.stderr.write(`note: ${labellingSetUp(tasks.map((task) => ({ name: task.name, labels: labelsOf(task) })))}\n`)
    },
    onWarning: (message) => io.stderr.write(`warning: ${message}\n`),
  }
}
