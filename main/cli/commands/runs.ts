/** `runs`: the list of all runs. */
import type { RunRecord } from '../../../shared/runs/records.ts'
import { bestMethod } from '../../../shared/runs/report.ts'
import { duration, score, when } from '../../../shared/util/format.ts'
import type { RunFilter } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, countOf } from '../choices.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { shownStatus, STATUSES } from '../status.ts'
import { table } from '../table.ts'
import { withStoreToRead } from '../stores.ts'

export const runs: Command = {
  name: 'runs',
  arguments: ['[SEARCH]'],
  summary: 'List the runs, newest first.',
  details: ['SEARCH is part of an id, a name, a tag or a task name.'],
  options: [
    databaseOption,
    jsonOption,
    { name: 'status', value: 'STATUS', description: `Only runs with this status: ${STATUSES.join(', ')}.` },
    { name: 'limit', value: 'N', description: 'Only the newest N runs.' },
  ],
  settings: false,
  run: listRuns,
}

async function listRuns(args: ParsedArgs, context: Context): Promise<number> {
  const filter = filterOf(args)
  return withStoreToRead(args, context, (store, path) => {
    const { stdout } = context.io
    const records = store?.listRuns(filter) ?? []
    if (args.options.has('json')) stdout.writeData(`${JSON.stringify(records.map(summary), null, 2)}\n`)
    else if (records.length > 0)
      stdout.write(runLines(records, stdout.isTTY ? stdout.columns : Infinity).join('\n') + '\n')
    else
      stdout.write(
        store === null
          ? `no runs yet: no database at ${path}\n`
          : Object.keys(filter).length > 0
            ? 'no runs match\n'
            : 'no runs yet\n',
      )
    for (const { id, name, damaged } of store?.listSummaries({}) ?? [])
      if (damaged !== null)
        context.io.stderr.write(`run ${id} (${name}) is not listed: ${damaged} It can be archived and deleted.\n`)
    return EXIT.ok
  })
}

/** Throws UsageError. */
function filterOf(args: ParsedArgs): RunFilter {
  // `created` is the earlier name of queued.
  const status = choiceOf(args, 'status', STATUSES, { created: 'queued' })
  const limit = countOf(args, 'limit', 1)
  return {
    ...(args.arguments.length > 0 && { search: args.arguments[0] }),
    ...(status !== undefined && { status: status === 'queued' ? 'created' : status }),
    ...(limit !== undefined && { limit }),
  }
}

function runLines(records: readonly RunRecord[], width: number): string[] {
  const withNotes = records.some(({ notes }) => notes.trim() !== '')
  const columns = [
    { title: 'run' },
    { title: 'name' },
    { title: 'status' },
    { title: 'methods' },
    { title: 'tasks' },
    { title: 'mean dev', align: 'right' as const },
    { title: 'created' },
    { title: 'training time', align: 'right' as const },
    ...(withNotes ? [{ title: 'notes' }] : []),
  ]
  const rows = records.map((run) => {
    const best = bestMethod(run.report)
    return [
      run.id,
      `${run.name}${run.pinned ? ' (baseline)' : ''}`,
      shownStatus(run),
      run.config.methods.join(','),
      Object.keys(run.config.tasks).join(','),
      best === null ? '–' : `${run.config.methods.length > 1 ? `${best.method} ` : ''}${score(best.meanDev)}`,
      when(run.createdAt),
      run.workedSeconds === 0 ? '–' : duration(run.workedSeconds),
      ...(withNotes ? [run.notes.trim().split('\n', 1)[0]] : []),
    ]
  })
  return table(columns, rows, { width, shrink: withNotes ? [8, 1, 3, 4] : [1, 3, 4] })
}

function summary(run: RunRecord): object {
  const { id, name, status, interrupted, message, createdAt, startedAt, finishedAt, workedSeconds, tags } = run
  const best = bestMethod(run.report)
  return {
    id,
    name,
    status,
    interrupted,
    message,
    methods: run.config.methods,
    tasks: Object.keys(run.config.tasks),
    best,
    createdAt,
    startedAt,
    finishedAt,
    workedSeconds,
    tags,
    notes: run.notes,
    baseline: run.pinned,
  }
}
