/** Lists the annotation projects of the studio, or writes the decided sentences of one as columns or JSON lines. */
import { resolve } from 'node:path'
import { taggedAnswers } from '../../../shared/annotation/project.ts'
import { grouped, when } from '../../../shared/util/format.ts'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import { conllSentence, jsonSentence } from '../../../shared/tags/taggedText.ts'
import { OFFSET_UNITS } from '../../../shared/tags/tagging.ts'
import type { Store } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { textOf, type Context } from '../command.ts'
import { EXIT } from '../io.ts'
import { openOutput } from '../output.ts'
import { requireStore, withStoreToRead } from '../stores.ts'
import { table } from '../table.ts'
import { projectNamed } from './project.ts'

const FORMATS = ['conll', 'jsonl'] as const
export const SCHEMES = ['IOB2', 'IOB1', 'BIOES', 'BILOU'] as const

/** Without an argument the list, with one the decisions of that project. */
export function listOrWrite(args: ParsedArgs, context: Context): Promise<number> {
  return withStoreToRead(args, context, (store, path) =>
    args.arguments.length === 0 ? list(store, args, context) : write(requireStore(store, path), args, context),
  )
}

function list(store: Store | null, args: ParsedArgs, { io: { stdout, stderr } }: Context): number {
  const all = store?.annotation.list() ?? []
  if (args.options.has('json')) stdout.writeData(`${JSON.stringify(all, null, 2)}\n`)
  else if (all.length === 0) stdout.write('no annotation projects yet\n')
  else stdout.write(`${lines(all, stdout.isTTY ? stdout.columns : Infinity).join('\n')}\n`)
  for (const { reason } of store?.annotation.damaged() ?? []) stderr.write(`warning: ${reason}\n`)
  return EXIT.ok
}

function lines(all: readonly ProjectSummary[], width: number): string[] {
  const right = 'right' as const
  const columns = [
    { title: 'name' },
    { title: 'source' },
    { title: 'tasks' },
    { title: 'suggested by' },
    { title: 'open', align: right },
    { title: 'accepted', align: right },
    { title: 'fixed', align: right },
    { title: 'skipped', align: right },
    { title: 'started' },
  ]
  const rows = all.map(({ name, sources, tasks, model, counts, createdAt }) => [
    name,
    sources.map((source) => (source.kind === 'corpus' ? `${source.name}, ${source.split}` : source.name)).join(', '),
    tasks.map((task) => task.name).join(','),
    model?.name ?? '',
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
  const found = projectNamed(store, name)
  const decided = store.annotation.decided(found.id)
  const out = textOf(args, 'out')
  const output = await openOutput(io, out === undefined ? null : resolve(io.cwd, out))
  try {
    for (const one of decided) {
      const tagged = taggedAnswers(one.sentence, one.answers, found.tasks, scheme)
      const json = () => ({ ...jsonSentence(tagged, unit), state: one.state, suggestedBy: one.model?.run ?? null })
      await output.write(format === 'conll' ? conllSentence(tagged) : `${JSON.stringify(json())}\n`)
    }
    await output.finish()
  } catch (error) {
    await output.drop()
    throw error
  }
  const { accepted, fixed } = found.counts
  const tasks = found.tasks.map((task) => task.name).join(', ')
  const where = out === undefined ? '' : `, written to ${out}`
  io.stderr.write(
    `${found.name}: ${grouped(accepted)} accepted, ${grouped(fixed)} fixed sentences of ${tasks}${where}\n`,
  )
  return EXIT.ok
}
