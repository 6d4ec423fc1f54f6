/**
 * The first minutes of a user, from a fresh clone and from the package in an empty folder: seconds until it is
 * installed, until the sample's table is printed, and until the studio's first page is answered; the size on disk; and
 * every line that is printed on the way. Needs npm and a package registry: node bench/firstMinutes.ts
 */
import { spawn, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** npm is a batch file on Windows. */
const shell = process.platform === 'win32'
/** Without what npm sets for its scripts, and with this Node first. */
const ENV = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
}

interface Ran {
  seconds: number
  /** What it printed, stdout before stderr, without empty lines. */
  lines: string[]
}

/** Runs a command to its end. Throws an Error with its output where it fails. */
function run(folder: string, command: string, args: readonly string[]): Ran {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: ENV,
    maxBuffer: 2 ** 26,
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${status}:\n${stdout}${stderr}`)
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return { seconds: (performance.now() - began) / 1000, lines }
}

/** From the start of the studio to the whole of its first page. Throws an Error where it ends before. */
async function firstPage(folder: string, program: string, database: string): Promise<Ran> {
  const began = performance.now()
  const studio = spawn(process.execPath, [program, 'serve', '--port', '0', '--db', database], {
    cwd: folder,
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => studio.on('close', () => resolve()))
  let printed = ''
  let seconds: number | null = null
  studio.stderr.on('data', (piece: Buffer) => (printed += String(piece)))
  for await (const piece of studio.stdout) {
    printed += String(piece)
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0]
    if (address === undefined || seconds !== null) continue
    const page = await fetch(address)
    await page.text()
    if (!page.ok) throw new Error(`the first page: found status ${page.status}, expected 200`)
    seconds = (performance.now() - began) / 1000
    studio.kill('SIGINT')
  }
  await ended
  if (seconds === null) throw new Error(`the studio ended before it printed its address: ${printed}`)
  return { seconds, lines: printed.split('\n').filter((line) => line.trim() !== '') }
}

/** Bytes of the files of a folder. Links, as npm makes them for commands, count as nothing. */
function sizeOf(path: string): number {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) return 0
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size
}

async function measure(name: string, folder: string, program: string, install: readonly string[]): Promise<void> {
  const installed = run(folder, 'npm', install)
  const size = sizeOf(join(folder, 'node_modules')) / 1e6
  const database = join(folder, 'first-minutes.db')
  const table = run(folder, process.execPath, [program, 'sample', '--db', database])
  if (!table.lines.some((line) => line.startsWith('sparse sharing')))
    throw new Error(`${name}: found no table in the sample's output`)
  const page = await firstPage(folder, program, database)
  console.log(
    `\n${name}: installed in ${installed.seconds.toFixed(1)} s (${size.toFixed(1)} MB); ` +
      `the sample's table after ${table.seconds.toFixed(1)} s more; the first page ${page.seconds.toFixed(2)} s ` +
      `after serve; load of the machine ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`,
  )
  for (const [command, { lines }] of Object.entries({ install: installed, sample: table, serve: page })) {
    console.log(`${command} printed ${lines.length} lines:`)
    for (const line of lines) console.log(`  ${line}`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-first-'))
try {
  run(folder, 'git', ['clone', '--quiet', ROOT, 'clone'])
  const clone = join(folder, 'clone')
  await measure('clone', clone, join(clone, 'main/entry/sparse-sharing.mjs'), ['ci'])

  run(clone, 'npm', ['pack', '--silent', '--pack-destination', folder])
  const archive = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  )
  console.log(`\nthe package: ${(lstatSync(archive).size / 1e6).toFixed(1)} MB`)
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const program = join(empty, 'node_modules/sparse-sharing-studio/main/entry/sparse-sharing.mjs')
  await measure('package', empty, program, ['install', archive])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
