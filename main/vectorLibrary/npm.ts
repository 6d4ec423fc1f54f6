/** Fetches a package with the installed npm client and its configured registry, without running scripts. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Thrown if there is no npm client. */
export class NoNpmError extends Error {
  constructor() {
    super('there is no npm client on this machine')
    this.name = 'NoNpmError'
  }
}

/** Returns the path of the packed package in `folder`. Throws NoNpmError, or an Error with npm's message. */
export async function fetchPackage(
  name: string,
  version: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const windows = process.platform === 'win32'
  const args = ['pack', `${name}@${version}`, '--ignore-scripts', '--json', '--pack-destination', folder]
  try {
    // On Windows npm is a batch file, which only a shell can start. Only the folder may need quoting.
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
    throw new Error(`npm could not fetch ${name}: ${reason(error as { stderr?: string; message: string })}`, {
      cause: error,
    })
  }
}

const quoted = (text: string) => (/[\s&|<>^]/.test(text) ? `"${text}"` : text)

/** npm's first error line that is not the path of a log; else the first line of the error message. */
function reason({ stderr = '', message }: { stderr?: string; message: string }): string {
  const lines = stderr
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line) && !/log|^npm (error|ERR!)\s*$/.test(line))
  return lines.length > 0 ? lines[0].replace(/^npm (error|ERR!)\s*/, '') : message.split('\n')[0]
}
