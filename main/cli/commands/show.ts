/** `show`: the details of a run. */
import { trainingKey } from '../../../shared/runs/training.ts'
import type { RunRecord, Store } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import { paintFor } from '../colour.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { labelsOfRun } from '../../../shared/analysis/runLabels.ts'
import { labelPage } from '../show/labels.ts'
import { page } from '../show/page.ts'
import { requireStore, withStoreToRead } from '../stores.ts'

export const show: Command = {
  name: 'show',
  arguments: ['RUN'],
  summary: 'Show a run: scores, parameters, subnets, overlap, data and environment.',
  details: ['RUN is an id, the beginning of one, a name, or `last`.'],
  options: [
    { name: 'labels', description: 'Precision, recall and F1 of every label on dev and test instead.' },
    databaseOption,
    jsonOption,
  ],
  settings: false,
  run: showRun,
}

async function showRun(args: ParsedArgs, context: Context): Promise<number> {
  return withStoreToRead(args, context, (maybe, path) => {
    const store = requireStore(maybe, path)
    const { stdout } = context.io
    store.read(() => {
      const run = store.getRun(args.arguments[0])
      if (args.options.has('json')) stdout.writeData(`${JSON.stringify(document(store, run), null, 2)}\n`)
      else {
        const lines = args.options.has('labels') ? labelPage : page
        stdout.write(lines(store, run, stdout.columns, paintFor(stdout, context.io)).join('\n') + '\n')
      }
    })
    return EXIT.ok
  })
}

/** The record of the run, its trainings and their epochs, and the scores of every label. */
function document(store: Store, run: RunRecord): object {
  const trainings = store.trainings(run.id).map((training) => ({
    key: trainingKey(training.id),
    ...training,
    epochs: store.epochMetrics(run.id, training.id),
  }))
  return { ...run, trainings, labels: labelsOfRun(store, run.id) }
}
