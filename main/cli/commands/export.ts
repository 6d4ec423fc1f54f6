/** `export`: trained subnets as files for other programs. */
import { resolve } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat, type ExportJob } from '../../../shared/runs/exporting.ts'
import { bytes } from '../../../shared/util/format.ts'
import { METHODS } from '../../../shared/settings/methods.ts'
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
    'RUN is an id, the beginning of one, a name, or `last`. The folder gets the weights, the vocabulary, the settings and a model card that says what they are and how to load them; it appears once it is whole.',
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
        'safetensors, npz = a file a task, dense, pruned weights 0, masks beside them; onnx, tfjs = networks that ONNX runtimes and TensorFlow.js run; packed = one file with what is kept alone, which tag takes in place of a run. Several apart by commas [safetensors].',
    },
    {
      name: 'method',
      value: 'METHOD',
      description: `Whose networks: ${METHODS.join(', ')} (default: sparse, else what the run has).`,
    },
    { name: 'task', value: 'NAMES', description: 'Tasks wanted, apart by commas (default: all).' },
    { name: 'out', short: 'o', value: 'FOLDER', description: 'The folder.' },
    {
      name: 'force',
      description: 'Replace an earlier export there. A folder that holds anything else is never replaced.',
    },
  ],
  settings: false,
  run: exportSubnets,
}

async function exportSubnets(args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  const job = jobOf(args, context)
  const { exportRun } = await context.core.exporter()
  return withStoreToRead(args, context, (maybe, path) => {
    const { run, name, method, tasks, files } = exportRun(requireStore(maybe, path), job)
    io.stdout.write(
      `exported run ${run} (${name}), ${method}: ${tasks.join(', ')}\n${files.map((file) => `  ${file.name}  ${bytes(file.bytes)}\n`).join('')}in ${job.folder}\n`,
    )
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
    throw new UsageError(
      `--format: found ${JSON.stringify(wrong)}, expected one or more of ${EXPORT_FORMATS.join(', ')}`,
    )
  return EXPORT_FORMATS.filter((format) => wanted.includes(format))
}
