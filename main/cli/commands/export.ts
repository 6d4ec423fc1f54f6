/** `export`: writes trained subnets as files for other programs. */
import { resolve } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat, type ExportJob } from '../../../shared/runs/exporting.ts'
import { bytes } from '../../../shared/util/format.ts'
import { METHODS } from '../../../shared/settings/methods.ts'
import { brief } from '../../config/brief.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf, listOf } from '../choices.ts'
import { textOf } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { requireStore, withStoreToRead } from '../stores.ts'

export const exportCommand: Command = {
  name: 'export',
  arguments: ['RUN'],
  summary: 'Write trained subnets as files for other programs.',
  details: [
    'RUN is an id, the beginning of one, a name, or `last`. The folder contains the weights, the vocabulary, the ' +
      'settings and a model card that explains them and how to load them. It appears once it is complete.',
    '  sparse-sharing export last --out subnets',
    '  sparse-sharing export last --format npz,safetensors --task ner --out ner',
    '  sparse-sharing export last --format packed --out tagger && sparse-sharing tag tagger/model.packed letter.txt',
  ],
  options: [
    databaseOption,
    {
      name: 'format',
      value: 'FORMATS',
      description:
        'safetensors, npz = one file per task, dense, pruned weights 0, with the masks; onnx, tfjs = networks for ' +
        'ONNX runtimes and TensorFlow.js; packed = one file with only the kept weights, which tag accepts in ' +
        'place of a run. Separate several with commas [safetensors].',
    },
    {
      name: 'method',
      value: 'METHOD',
      description: `Method whose networks to export: ${METHODS.join(', ')} (default: sparse, else what the run has).`,
    },
    { name: 'task', value: 'NAMES', description: 'Tasks, separated by commas (default: all).' },
    { name: 'out', short: 'o', value: 'FOLDER', description: 'Folder to write.' },
    {
      name: 'force',
      description: 'Replace an earlier export. A folder that contains anything else is never replaced.',
    },
  ],
  settings: false,
  run: exportSubnets,
}

async function exportSubnets(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const job = jobOf(args, context)
  const { exportRun } = await context.core.exporter()
  return withStoreToRead(args, context, async (maybe, path) => {
    const { run, name, method, tasks, files } = await exportRun(requireStore(maybe, path), job)
    const lines = [
      `exported run ${run} (${name}), ${method}: ${tasks.join(', ')}`,
      ...files.map((file) => `  ${file.name}  ${bytes(file.bytes)}`),
      `in ${job.folder}`,
    ]
    io.stdout.write(`${lines.join('\n')}\n`)
    return EXIT.ok
  })
}

/** Throws UsageError. */
function jobOf(args: ParsedArgs, { io, version }: Context): ExportJob {
  const out = textOf(args, 'out')
  if (out === undefined) throw new UsageError('export needs --out FOLDER')
  return {
    run: args.arguments[0],
    formats: formatsOf(args),
    method: choiceOf(args, 'method', METHODS),
    tasks: listOf(args, 'task'),
    folder: resolve(io.cwd, out),
    replace: args.options.has('force'),
    version,
  }
}

function formatsOf(args: ParsedArgs): ExportFormat[] {
  const wanted = listOf(args, 'format') ?? ['safetensors']
  const wrong = wanted.find((name) => !EXPORT_FORMATS.some((format) => format === name))
  if (wrong !== undefined)
    throw new UsageError(`--format: found ${brief(wrong)}, expected one or more of ${EXPORT_FORMATS.join(', ')}`)
  return EXPORT_FORMATS.filter((format) => wanted.includes(format))
}
