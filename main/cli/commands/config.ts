/** `config`: prints the full settings as YAML, or checks a file. */
import { loadConfig } from '../../config/load.ts'
import { withPathsFrom } from '../../config/paths.ts'
import { configToYaml, exampleConfig } from '../../config/print.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption } from '../command.ts'
import type { Command, Context } from '../command.ts'
import { UsageError } from '../errors.ts'
import { EXIT } from '../io.ts'

export const config: Command = {
  name: 'config',
  arguments: ['[FILE]'],
  summary: 'Print every setting with its description, or check a config file.',
  details: [
    '  sparse-sharing config > my.yaml                 a file to start from, with all defaults',
    '  sparse-sharing config my.yaml --imp.epochs 10   the settings that train would use',
    '  sparse-sharing config --check my.yaml           check it, and that its data files exist',
  ],
  options: [{ name: 'check', description: 'Only check: print nothing but problems.' }, jsonOption],
  settings: true,
  run: printOrCheck,
}

async function printOrCheck(args: ParsedArgs, { io }: Context): Promise<number> {
  const { settings: flags, shortcuts, problems } = args
  const file = args.arguments[0] ?? null
  const check = args.options.has('check')
  if (check && file === null && flags.length === 0 && shortcuts.length === 0)
    throw new UsageError('config --check needs a FILE to check')
  const namesData = shortcuts.length > 0 || flags.some(({ path }) => path[0] === 'corpora' || path[0] === 'tasks')
  const base = file === null && !namesData && !check ? exampleConfig() : undefined
  const loaded = loadConfig({ file, base, flags, shortcuts, problems, cwd: io.cwd, withFiles: check })
  if (check) {
    io.stderr.write(`${file ?? 'the settings'}: no problems found\n`)
    return EXIT.ok
  }
  const shown = withPathsFrom(loaded.config, loaded.baseDir, io.cwd)
  io.stdout.writeData(args.options.has('json') ? `${JSON.stringify(shown, null, 2)}\n` : configToYaml(shown))
  return EXIT.ok
}
