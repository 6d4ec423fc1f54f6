/**
 * The first minutes of a user, from a fresh clone and from the package in an empty folder: seconds until it is
 * installed, until the sample's table is printed, and until the studio's first page is answered; and the lines that
 * installing prints. Needs npm, a package registry and a quiet machine: node bench/firstMinutes.ts
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
/** npm is a batch file on Windows. */
const shell = process.platform === 'win32'

/** Runs a command to its end. Throws an Error where it fails. */
function run(folder: string, command: string, args: readonly string[]): { seconds: number; output: string } {
  const began = performance.now()
  const output = execFileSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { seconds: (performance.now() - began) / 1000, output }
}

/** Seconds from the start of the studio to the whole of its first page. Throws an Error where it ends before. */
async function firstPage(folder: string, program: string, database: string): Promise<number> {
  const began = performance.now()
  const studio = spawn(process.execPath, [program, 'serve', '--port', '0', '--db', database], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => studio.on('close', () => resolve()))
  try {
    let printed = ''
    for await (const piece of studio.stdout) {
      printed += String(piece)
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed)?.[0]
      if (address === undefined) continue
      const page = await fetch(address)
      await page.text()
      if (!page.ok) throw new Error(`the first page: found status ${page.status}, expected 200`)
      return (performance.now() - began) / 1000
    }
    throw new Error(`the studio ended before it printed its address: ${printed}`)
  } finally {
    studio.kill('SIGINT')
    await ended
  }
}

async function measure(name: string, folder: string, program: string, install: readonly string[]): Promise<void> {
  const installed = run(folder, 'npm', install)
  const database = join(folder, 'first-minutes.db')
  const table = run(folder, process.execPath, [program, 'sample', '--db', database])
  if (!table.output.includes('sparse sharing')) throw new Error(`${name}: found no table in the sample's output`)
  const page = await firstPage(folder, program, database)
  const lines = installed.output.split('\n').filter((line) => line.trim() !== '')
  console.log(
    `${name}: installed in ${installed.seconds.toFixed(1)} s (${lines.length} lines printed); ` +
      `the sample's table after ${table.seconds.toFixed(1)} s more; the first page ${page.toFixed(2)} s after serve`,
  )
  for (const line of lines) console.log(`  ${line}`)
}

const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-first-'))
try {
  run(folder, 'git', ['clone', '--quiet', ROOT, 'clone'])
  const clone = join(folder, 'clone')
  await measure('clone', clone, join(clone, 'main/entry/sparse-sharing.mjs'), ['ci'])

  run(clone, 'npm', ['pack', '--silent', '--pack-destination', folder])
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const program = join(empty, 'node_modules/sparse-sharing-studio/main/entry/sparse-sharing.mjs')
  await measure('package', empty, program, ['install', join(folder, packed)])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
