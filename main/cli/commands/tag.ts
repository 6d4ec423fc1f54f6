/** `tag`: tags text with the networks of a run. */
import { resolve } from 'node:path'
import { compact, counted } from '../../../shared/util/format.ts'
import { PACKED_ENDING } from '../../../shared/runs/exporting.ts'
import { METHODS } from '../../../shared/settings/methods.ts'
import { CORPUS_FORMATS, FORMAT_TITLES, type CorpusFormat } from '../../../shared/annotation/formats.ts'
import { isTool, labellingSetUp, labelsOf, UNIT_OF } from '../../../shared/annotation/annotation.ts'
import {
  INPUT_FORMATS,
  OFFSET_UNITS,
  OUTPUT_FORMATS,
  SCHEMES_OUT,
  type InputFormat,
  type OutputFormat,
  type TagJob,
} from '../../../shared/tags/tagging.ts'
import { TOKENISATIONS } from '../../../shared/tags/tokenConventions.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf, listOf } from '../choices.ts'
import { paintFor } from '../colour.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { inputOf } from '../input.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import type { ModelSource } from '../core.ts'
import { requireStore, withStoreToRead } from '../stores.ts'

export const tag: Command = {
  name: 'tag',
  arguments: ['RUN', '[FILE]'],
  summary: 'Tag text with the networks of a run.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`; or the path of a packed model (export --format ' +
      'packed), which needs no database. FILE is plain or gzip; without FILE, or with -, standard input is read. ' +
      'Every line is tagged at once on a terminal, and with --format; otherwise the first 256 KB of a pipe, like those ' +
      'of a file, show what it is.',
    'The corpora of the run are not needed.',
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
      description: `Method whose networks to use: ${METHODS.join(', ')} (default: sparse, else what the run has).`,
    },
    { name: 'task', value: 'NAMES', description: 'Tasks, separated by commas (default: all).' },
    {
      name: 'format',
      value: 'FORMAT',
      description:
        'Format of the input: text = plain text, in which a sentence never continues on the next line; wrapped = ' +
        'plain text with line breaks anywhere; lines = one sentence per line; tokens = the same, tokens separated ' +
        `by spaces; ${CORPUS_FORMATS.join(', ')} = the words of a corpus; auto detects it from the first lines and ` +
        'the name [auto].',
    },
    {
      name: 'encoding',
      value: 'NAME',
      description: 'Encoding of the input: latin1, windows-1252, utf-16le, gb18030, … [UTF-8].',
    },
    {
      name: 'tokens',
      value: 'HOW',
      description:
        'How plain text is split into tokens: corpus = as in the training corpus; plain = by rules that know no ' +
        'corpus; auto = corpus if the run recorded it [auto].',
    },
    { name: 'words', value: 'N', description: 'Column of the words in CoNLL files, counted from 0 [0].' },
    {
      name: 'out-format',
      value: 'FORMAT',
      description:
        'Format of the output: text = to read; html = a page with highlighted spans; conll = columns; conllu; ' +
        'jsonl = one JSON object per sentence; doccano, prodigy, labelstudio = suggestions to correct in these ' +
        'tools [text on a terminal, else conll].',
    },
    { name: 'out', value: 'FILE', description: 'Write to FILE, which appears once it is complete.' },
    {
      name: 'confidence',
      description:
        'Add the probability of every tag (conll, jsonl, html) or span (prodigy); labelstudio always has them.',
    },
    {
      name: 'calibrated',
      description:
        'Probabilities with the temperatures that were fitted on dev, which change no tag; of a packed model, those ' +
        'it was exported with [as set for the run].',
    },
    {
      name: 'scheme',
      value: 'SCHEME',
      description:
        `Scheme of span tags in the output: ${SCHEMES_OUT.join(', ')} ` +
        '[conll: IOB2, which conlleval.pl scores; other formats: asTrained].',
    },
    {
      name: 'offsets',
      value: 'UNIT',
      description: 'Unit of offsets in JSON: codePoints (Python) or utf16 (JavaScript) [codePoints; doccano: utf16].',
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
    const facts = [
      counted(sentences, 'sentence'),
      counted(tokens, 'token'),
      ...(tokens > 0 ? [`${compact(tokens / seconds)} tokens/s`] : []),
      ...(out === undefined ? [] : [`written to ${out}`]),
    ]
    io.stderr.write(`${facts.join(', ')}\n`)
    return EXIT.ok
  } catch (error) {
    await output.drop()
    throw error
  }
}

const inputTitle = (format: InputFormat) => (format in FORMAT_TITLES ? FORMAT_TITLES[format as CorpusFormat] : format)

/** Throws UsageError. */
function jobOf(args: ParsedArgs, { io }: Context): TagJob {
  const input = inputOf(args.arguments[1], io)
  const terminal = io.stdout.isTTY && textOf(args, 'out') === undefined
  const format: OutputFormat = choiceOf(args, 'out-format', OUTPUT_FORMATS) ?? (terminal ? 'text' : 'conll')
  return {
    method: choiceOf(args, 'method', METHODS),
    tasks: listOf(args, 'task'),
    calibrated: args.options.has('calibrated') || undefined,
    threads: countOf(args, 'threads') ?? 0,
    tokens: choiceOf(args, 'tokens', TOKENISATIONS) ?? 'auto',
    input: {
      ...input,
      format: choiceOf(args, 'format', INPUT_FORMATS) ?? 'auto',
      words: countOf(args, 'words') ?? 0,
      encoding: textOf(args, 'encoding') ?? null,
      interactive: io.stdin.isTTY,
      onDetected(found) {
        // Someone who types sees what happens.
        if (input.path === null && io.stdin.isTTY) return
        io.stderr.write(`note: ${input.name} is read as ${inputTitle(found)}; --format reads it otherwise\n`)
      },
    },
    output: {
      format,
      offsets: choiceOf(args, 'offsets', OFFSET_UNITS) ?? (isTool(format) ? UNIT_OF[format] : 'codePoints'),
      scheme: choiceOf(args, 'scheme', SCHEMES_OUT) ?? (format === 'conll' ? 'IOB2' : 'asTrained'),
      confidence: args.options.has('confidence') || format === 'labelstudio',
      columns: io.stdout.columns,
      paint: paintFor(io.stdout, io),
      write: async () => {},
    },
    onReady({ name, method, tasks }) {
      const hint = input.path === null && io.stdin.isTTY ? '; type text, end with Ctrl-D' : ''
      io.stderr.write(`${name}, ${method}: ${tasks.map((task) => task.name).join(', ')}${hint}\n`)
      if (format === 'labelstudio')
        io.stderr.write(`note: ${labellingSetUp(tasks.map((task) => ({ name: task.name, labels: labelsOf(task) })))}\n`)
    },
    onWarning: (message) => io.stderr.write(`warning: ${message}\n`),
  }
}
