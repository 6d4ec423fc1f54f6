/** `corrections`: what people corrected in the studio; the list, or the decided sentences of one as a file. */
import { resolve } from 'node:path'
import { taggedAnswers } from '../../../shared/annotation/correcting.ts'
import { grouped, when } from '../../../shared/util/format.ts'
import type { CorrectionSummary } from '../../../shared/protocol/requests/corrections.ts'
import { conllSentence, jsonSentence } from '../../../shared/tags/taggedText.ts'
import { OFFSET_UNITS } from '../../../shared/tags/tagging.ts'
import type { Store } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { jsonOption, textOf, type Command, type Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { CommandError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import { requireStore, withStoreToRead } from '../stores.ts'
import { table } from '../table.ts'

const FORMATS = ['conll', 'jsonl'] as const
const SCHEMES = ['IOB2', 'IOB1', 'BIOES', 'BILOU'] as const

export const corrections: Command = {
  name: 'corrections',
  arguments: ['[NAME]'],
  summary: 'List what was corrected in the studio, or write one out.',
  details: [
    'Without NAME: all corrections, and how far they are. With the NAME or the id of one: its accepted and fixed sentences, in the order of the source, as a person left them; open and skipped ones stay out.',
    '  sparse-sharing corrections news --out news.conll',
    '  sparse-sharing corrections news | sparse-sharing convert --to labelstudio --task pos=1 --task ner=2',
  ],
  options: [
    databaseOption,
    jsonOption,
    {
      name: 'format',
      value: 'FORMAT',
      description:
        'conll = columns apart by tabs, the word and then a column a task; jsonl = a JSON object a sentence, with whether it was accepted or fixed, and whose suggestion it was [conll].',
    },
    { name: 'out', value: 'FILE', description: 'Write there; the file appears once it is whole.' },
    { name: 'scheme', value: 'SCHEME', description: `Of span tags: ${SCHEMES.join(', ')} [IOB2].` },
    {
      name: 'offsets',
      value: 'UNIT',
      description: 'What offsets in JSON count: codePoints as Python does, utf16 as JavaScript does [codePoints].',
    },
  ],
  settings: false,
  run: (args, context) =>
    withStoreToRead(args, context, (store, path) =>
      args.arguments.length === 0 ? list(store, args, context) : write(requireStore(store, path), args, context),
    ),
}

function list(store: Store | null, args: ParsedArgs, { io: { stdout } }: Context): number {
  const all = store?.corrections.list() ?? []
  if (args.options.has('json')) stdout.write(`${JSON.stringify(all, null, 2)}\n`)
  else if (all.length === 0) stdout.write('nothing was corrected yet\n')
  else stdout.write(`${lines(all, stdout.isTTY ? stdout.columns : Infinity).join('\n')}\n`)
  return EXIT.ok
}

function lines(all: readonly CorrectionSummary[], width: number): string[] {
  const right = 'right' as const
  const columns = [
    { title: 'name' },
    { title: 'of' },
    { title: 'tasks' },
    { title: 'suggested by' },
    { title: 'open', align: right },
    { title: 'accepted', align: right },
    { title: 'fixed', align: right },
    { title: 'skipped', align: right },
    { title: 'begun' },
  ]
  const rows = all.map(({ name, source, tasks, model, counts, createdAt }) => [
    name,
    source.kind === 'file' ? source.name : `${source.name}, ${source.split}`,
    tasks.map((task) => task.name).join(','),
    model.name,
    ...(['open', 'accepted', 'fixed', 'skipped'] as const).map((state) => grouped(counts[state])),
    when(createdAt),
  ])
  return table(columns, rows, { width, shrink: [0, 1, 3] })
}

/** Throws UsageError, CommandError. */
async function write(store: Store, args: ParsedArgs, { io }: Context): Promise<number> {
  const [name] = args.arguments
  const format = choiceOf(args, 'format', FORMATS) ?? 'conll'
  const scheme = choiceOf(args, 'scheme', SCHEMES) ?? 'IOB2'
  const unit = choiceOf(args, 'offsets', OFFSET_UNITS) ?? 'codePoints'
  const all = store.corrections.list()
  const found = all.find(({ id }) => id === name) ?? all.find((one) => one.name === name)
  if (found === undefined)
    throw new CommandError(
      `there is no correction ${name}; there is ${all.map((one) => one.name).join(', ') || 'none'}`,
    )
  const decided = store.corrections.decided(found.id)
  const out = textOf(args, 'out')
  const output = await openOutput(io, out === undefined ? null : resolve(io.cwd, out))
  try {
    for (const one of decided) {
      const tagged = taggedAnswers(one.sentence, one.answers, found.tasks, scheme)
      await output.write(
        format === 'conll'
          ? conllSentence(tagged)
          : `${JSON.stringify({ ...jsonSentence(tagged, unit), state: one.state, suggestedBy: one.model?.run ?? null })}\n`,
      )
    }
    await output.finish()
  } catch (error) {
    await output.drop()
    throw error
  }
  io.stderr.write(
    `${found.name}: ${grouped(found.counts.accepted)} accepted, ${grouped(found.counts.fixed)} fixed sentences of ${found.tasks.map((task) => task.name).join(', ')}${out === undefined ? '' : `, written to ${out}`}\n`,
  )
  return EXIT.ok
}
