/** The files of the page. A package includes them; a working copy builds them when a source file is newer. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['renderer', 'shared', 'vite.page.config.ts', 'packaging/bundle.ts', 'package.json']

/**
 * The folder with the page's files, built first if necessary. Throws an Error if they are missing and cannot be
 * built.
 */
export async function builtPage(note: (message: string) => void, root = ROOT): Promise<string> {
  const folder = join(root, 'dist', 'page')
  const index = join(folder, 'index.html')
  if (existsSync(index) && !existsSync(join(root, 'renderer'))) return folder
  if (existsSync(index) && !SOURCES.some((name) => changedSince(join(root, name), statSync(index).mtimeMs)))
    return folder
  const builder = builderIn(root)
  if (builder !== null) {
    note('building the page, once…')
    const log = await build(builder, root, folder)
    if (log !== null && !existsSync(index)) throw new Error(`the page cannot be built:\n${log}`)
    if (log !== null) note(`the page cannot be rebuilt, so the previous build is used:\n${log}`)
    return folder
  }
  if (existsSync(index)) return folder
  throw new Error(
    `the page of the studio is missing (${folder}) and cannot be built without vite: run "npm ci" in ${root}, ` +
      'without --omit=dev',
  )
}

/** Whether the file, or anything in the folder, was modified since. */
function changedSince(path: string, time: number): boolean {
  if (!existsSync(path)) return false
  const { mtimeMs } = statSync(path)
  if (mtimeMs > time) return true
  return statSync(path).isDirectory() && readdirSync(path).some((name) => changedSince(join(path, name), time))
}

function builderIn(root: string): string | null {
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js')
  } catch {
    return null
  }
}

/**
 * Returns the log of a failed build, else null. The folder is replaced only once the new one is complete, because
 * another process may be serving it.
 */
async function build(builder: string, root: string, folder: string): Promise<string | null> {
  const fresh = `${folder}-${process.pid}`
  const log = await run(
    [builder, 'build', '--config', 'vite.page.config.ts', '--outDir', fresh, '--logLevel', 'warn'],
    root,
  )
  if (log === null) {
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  }
  rmSync(fresh, { recursive: true, force: true })
  return log
}

/** Returns the output of a failed process, else null. */
function run(words: string[], cwd: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (log += text))
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code) => resolve(code === 0 ? null : log.trimEnd()))
  })
}
