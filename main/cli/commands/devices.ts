/** `devices`: the backends of this machine, how fast each trains, and why one cannot. */
import { BACKENDS } from '../../../shared/devices/backends.ts'
import { rateAt, type DeviceEntry, type DeviceReport } from '../../../shared/devices/devices.ts'
import { bytes, grouped } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import { choiceOf } from '../choices.ts'
import { paintFor } from '../colour.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { EXIT } from '../io.ts'
import { closing, databaseOf } from '../stores.ts'
import { table } from '../table.ts'

export const devices: Command = {
  name: 'devices',
  arguments: [],
  summary: 'List what can compute here, how fast, and why something cannot.',
  details: [
    'Trains the paper’s network on each backend for two seconds, after a check that it computes rightly, in a process of its own. What is found is kept in the database: the setting backend: auto takes the fastest from then on.',
    'A run stays on the backend that it began on. Exit code 1 if nothing can compute.',
  ],
  options: [
    databaseOption,
    jsonOption,
    { name: 'quick', description: 'Only look and check; measure nothing.' },
    {
      name: 'use',
      value: 'NAME',
      description: `What auto takes on this machine: ${['auto', ...BACKENDS].join(', ')} (auto: the fastest).`,
    },
    { name: 'diagnostics', description: 'A text for reports of faults instead of the list.' },
  ],
  settings: false,
  run: listDevices,
}

async function listDevices(args: ParsedArgs, context: Context): Promise<number> {
  const { stdout, stderr } = context.io
  const use = choiceOf(args, 'use', ['auto', ...BACKENDS])
  const core = await context.core.devices()
  const store = core.openStore(databaseOf(args, context))
  return closing(store, async () => {
    if (use !== undefined) core.preferBackend(store, use === 'auto' ? null : use)
    const measure = !args.options.has('quick') && use === undefined
    if (measure && stderr.isTTY) stderr.write('measuring: a few seconds for each backend…\n')
    await core.probeBackends(store, { measure })
    const report = core.deviceReport(store, 10)
    if (args.options.has('diagnostics')) stdout.write(core.diagnostics(store))
    else if (args.options.has('json')) stdout.write(`${JSON.stringify(report, null, 2)}\n`)
    else
      stdout.write(
        `${deviceLines(report, stdout.isTTY ? stdout.columns : Infinity, paintFor(stdout, context.io).bold).join('\n')}\n`,
      )
    return report.entries.some(({ result }) => result?.availability.usable) ? EXIT.ok : EXIT.failure
  })
}

function deviceLines({ entries, preferred }: DeviceReport, width: number, bold: (text: string) => string): string[] {
  const usable = entries.filter(({ result }) => result?.availability.usable)
  const columns = [
    { title: '' },
    { title: 'backend' },
    { title: 'version' },
    { title: 'device' },
    { title: 'memory', align: 'right' as const },
    { title: 'tokens/s\nbatch 10', align: 'right' as const },
    { title: '\nbatch 32', align: 'right' as const },
  ]
  const rows = usable.map(({ backend, chosen, result }) => {
    const found = result!.availability
    if (!found.usable) return []
    const rate = (batch: number) =>
      result!.benchmarks?.some(({ batchSize }) => batchSize === batch)
        ? grouped(Math.round(rateAt(result, batch)!))
        : '–'
    return [
      chosen ? '*' : '',
      backend,
      found.version,
      found.software ? `${found.device} (imitated)` : found.device,
      found.memoryBytes === null ? '–' : bytes(found.memoryBytes),
      rate(10),
      rate(32),
    ]
  })
  const taken = usable.find(({ chosen }) => chosen)
  const why =
    preferred !== null && preferred === taken?.backend
      ? 'chosen on this machine; --use auto takes the fastest again'
      : taken?.result?.benchmarks
        ? 'the fastest measured'
        : 'nothing was measured'
  return [
    ...table(columns, rows, { width, shrink: [2, 3] }),
    ...(taken === undefined ? [] : ['', `* what backend: auto takes: ${why}`]),
    ...entries
      .filter(({ result }) => result?.availability.usable === false)
      .flatMap((entry) => ['', ...missing(entry, bold)]),
  ]
}

function missing({ backend, result }: DeviceEntry, bold: (text: string) => string): string[] {
  const found = result!.availability
  return found.usable
    ? []
    : [
        `${bold(backend)} cannot be used: ${found.reason}`,
        ...(found.remedy === null ? [] : [`  remedy: ${found.remedy}`]),
      ]
}
