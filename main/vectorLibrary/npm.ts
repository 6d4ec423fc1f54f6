/** Fetches a package with the npm client at hand, and with the registry that it is set to. Its scripts are not run. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Thrown where there is no npm client. */
export class NoNpmError extends Error {
  constructor() {
    super('there is no npm client on this machine')
    this.name = 'NoNpmError'
  }
}

/** The path of the packed package in `folder`. Throws NoNpmError, or an Error with the last line of what npm reports. */
export async function fetchPackage(
  name: string,
  version: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const windows = process.platform === 'win32'
  const args = ['pack', `${name}@${version}`, '--ignore-scripts', '--json', '--pack-destination', folder]
  try {
    // On Windows npm is a batch file, which only a shell can start; no argument of ours needs quoting there but the folder.
    const { stdout } = await run(windows ? 'npm.cmd' : 'npm', windows ? args.map(quoted) : args, {
      shell: windows,
      ...(signal ? { signal } : {}),
      maxBuffer: 1 << 24,
    })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    return join(folder, filename)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new NoNpmError()
    if (signal?.aborted) throw error
    throw new Error(`npm could not fetch ${name}: ${reason(error as { stderr?: string; message: string })}`)
  }
}

const quoted = (text: string) => (/[\s&|<>^]/.test(text) ? `"${text}"` : text)

/** npm's own words: its last line that is an error and not a place of a log. */
function reason({ stderr = '', message }: { stderr?: string; message: string }): string {
  const lines = stderr
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/log|^npm (error|ERR!)\s*$/.test(line))
  return lines.length > 0 ? lines[0].replace(/^npm (error|ERR!)\s*/, '') : message.split('\n')[0]
}
