/** `devices`: the backends of this machine, their training speed, and why one cannot be used. */
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
  summary: 'List the backends of this machine, how fast they train, and why one cannot be used.',
  details: [
    'Checks that each backend computes correctly, then trains the paper’s network on it for two seconds, in a ' +
      'separate process. The results are kept in the database; backend: auto takes the fastest from then on.',
    'A run stays on the backend it started on. The exit code is 1 if no backend can be used.',
  ],
  options: [
    databaseOption,
    jsonOption,
    { name: 'quick', description: 'Only check the backends; measure nothing.' },
    {
      name: 'use',
      value: 'NAME',
      description: `Backend that auto takes on this machine: ${['auto', ...BACKENDS].join(', ')} (auto: the fastest).`,
    },
    { name: 'diagnostics', description: 'Print diagnostics for a bug report instead of the list.' },
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
    if (measure && stderr.isTTY) stderr.write('measuring each backend for a few seconds…\n')
    await core.probeBackends(store, { measure })
    const report = core.deviceReport(store, 10)
    const width = stdout.isTTY ? stdout.columns : Infinity
    if (args.options.has('diagnostics')) stdout.write(core.diagnostics(store))
    else if (args.options.has('json')) stdout.writeData(`${JSON.stringify(report, null, 2)}\n`)
    else stdout.write(`${deviceLines(report, width, paintFor(stdout, context.io).bold).join('\n')}\n`)
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
      found.software ? `${found.device} (software)` : found.device,
      found.memoryBytes === null ? '–' : bytes(found.memoryBytes),
      rate(10),
      rate(32),
    ]
  })
  const taken = usable.find(({ chosen }) => chosen)
  const why =
    preferred !== null && preferred === taken?.backend
      ? 'set for this machine; --use auto goes back to the fastest'
      : taken?.result?.benchmarks
        ? 'the fastest measured'
        : 'not measured yet'
  return [
    ...table(columns, rows, { width, shrink: [2, 3] }),
    ...(taken === undefined ? [] : ['', `* the backend that auto takes: ${why}`]),
    ...entries
      .filter(({ result }) => result?.availability.usable === false)
      .flatMap((entry) => ['', ...unusable(entry, bold)]),
  ]
}

function unusable({ backend, result }: DeviceEntry, bold: (text: string) => string): string[] {
  const found = result!.availability
  return found.usable
    ? []
    : [
        `${bold(backend)} cannot be used: ${found.reason}`,
        ...(found.remedy === null ? [] : [`  to fix: ${found.remedy}`]),
      ]
}
