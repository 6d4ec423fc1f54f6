/** `train`: checks the settings and the data, creates a run and trains it. */
import { FORMAT_TITLES } from '../../../shared/annotation/formats.ts'
import type { DatasetRecord } from '../../../shared/runs/records.ts'
import type { CorpusConfig } from '../../../shared/settings/config.ts'
import { loadConfig } from '../../config/load.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { nextCommands } from '../program.ts'
import { runSession } from '../session.ts'
import { closing, databaseOf } from '../stores.ts'

export const stepsOption = { name: 'steps', description: 'With --json: print every step, not only epochs.' }

export const train: Command = {
  name: 'train',
  arguments: ['[CONFIG]'],
  summary: 'Train an experiment: find a subnet for each task, then train all tasks jointly.',
  details: [
    'CONFIG is a YAML or JSON file (see `sparse-sharing config`). Every setting is also a flag, which overrides ' +
      'the file.',
    'A single corpus needs no file:',
    '  sparse-sharing train --train train.txt --dev dev.txt --test test.txt --task pos=1 --task chunk=2 --task ner=3',
    'Ctrl-C stops at a checkpoint; `sparse-sharing resume last` continues to the same result.',
  ],
  options: [databaseOption, jsonOption, stepsOption],
  settings: true,
  run: (args, context) => trainFile(args.arguments[0] ?? null, args, context),
}

/** Trains what a config file describes, or, without one, what the flags describe. */
export async function trainFile(file: string | null, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const { settings: flags, shortcuts, problems } = args
  const { config, baseDir } = loadConfig({ file, flags, shortcuts, problems, cwd: io.cwd })
  const json = args.options.has('json') ? { steps: args.options.has('steps') } : null
  const core = await context.core.all()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    // Only on a terminal: a script must not change its backend because of what a benchmark finds.
    if (config.backend === 'auto' && io.stderr.isTTY)
      await (
        await context.core.devices()
      ).probeOnFirstStart(store, () =>
        io.stderr.write('measuring once which backend is fastest here: a few seconds for each…\n'),
      )
    const created = await core.createRun(store, config, baseDir)
    if (json === null) {
      const { datasets } = store.getRun(created.runId)
      io.stdout.write([`run ${created.runId}  ${config.name}`, ...readAs(datasets, config.corpora), ''].join('\n'))
    }
    return runSession(io, core, store, { ...created, json, ...nextCommands(created.runId, args, io) })
  })
}

/** Which format each corpus was read as, where the settings do not say. */
export function readAs(datasets: readonly DatasetRecord[], corpora: Readonly<Record<string, CorpusConfig>>): string[] {
  return Object.entries(corpora).flatMap(([corpus, { format }]) => {
    const files = datasets.filter((file) => file.corpus === corpus)
    const found = [...new Set(files.flatMap((file) => file.format ?? []))]
    if (format !== 'auto' || found.length === 0) return []
    if (found.length === 1) return [`${corpus}: read as ${FORMAT_TITLES[found[0]]}`]
    const each = files.flatMap((file) => (file.format ? [`${file.split} as ${FORMAT_TITLES[file.format]}`] : []))
    return [`${corpus}: read ${each.join(', ')}`]
  })
}
