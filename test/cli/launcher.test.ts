/** The launcher under several versions of Node. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folderWith } from '../config/helpers.ts'
import { watch } from './helpers.ts'

const launcher = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))

/** With the number of Node that the launcher reads. */
const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')

const start = (node: string, argv: string[], script = launcher) =>
  watch(spawn(node, [script, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] }))

/** A Node older than 24 on the PATH, if this machine has one. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && majorOf(path) >= 18 && majorOf(path) < 24)

function majorOf(node: string): number {
  return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }))
}

describe('under a supported Node', () => {
  test('runs the command line, without Node’s own warnings', async () => {
    const { code, out, err } = await start(process.execPath, ['--version']).outcome
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^sparse-sharing \d+\.\d+\.\d+\n$/)
  })

  test('through a link, as npm installs commands', async () => {
    const folder = folderWith({})
    symlinkSync(launcher, join(folder, 'sparse-sharing'))
    expect(await start(process.execPath, ['--version'], join(folder, 'sparse-sharing')).outcome).toMatchObject({
      code: 0,
      err: '',
    })
  })

  test('passes on the exit code', async () => {
    expect(await start(process.execPath, ['zebra']).outcome).toMatchObject({ code: 2, out: '' })
  })

  /** Runs --version for a user whose home and cache folder is `caches`. */
  function versionWith(caches: string) {
    const { NODE_COMPILE_CACHE: _, ...env } = process.env
    const child = spawn(process.execPath, [launcher, '--version'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, HOME: caches, LOCALAPPDATA: caches, XDG_CACHE_HOME: caches },
    })
    return watch(child).outcome
  }

  test('keeps compiled code in the user’s cache folder for the next start', async () => {
    const folder = folderWith({})
    const compiled = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && entry.parentPath.includes(join('sparse-sharing-studio', 'compiled')),
      )
    const first = await versionWith(folder)
    expect(first).toMatchObject({ code: 0, err: '' })
    const kept = compiled().length
    expect(kept).toBeGreaterThan(10)
    expect(await versionWith(folder)).toEqual(first)
    expect(compiled()).toHaveLength(kept)
  })

  test('works without a cache if the folder cannot be written', async () => {
    expect(await versionWith(join(folderWith({ file: '' }), 'file'))).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^sparse-sharing/),
    })
  })
})

describe.skipIf(oldNode === undefined)('under an older Node', () => {
  test('the installed one takes over: output, warnings, exit code', async () => {
    expect(await start(oldNode!, ['--version']).outcome).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^sparse-sharing/),
    })
    expect(await start(oldNode!, ['zebra']).outcome).toMatchObject({
      code: 2,
      err: expect.stringContaining('zebra is not a command'),
    })
  })

  test.each([
    ['in a working copy without one', { 'main/entry/cli.ts': '' }, 'run "npm ci" in its folder, which installs one'],
    ['in a package, which has none', { 'main/entry/other.mjs': '' }, 'install Node 24'],
  ])('%s it says what to do, in one line', async (_, files, remedy) => {
    const folder = folderWith({ ...files, 'package.json': manifest })
    const alone = join(folder, 'main/entry/sparse-sharing.mjs')
    copyFileSync(launcher, alone)
    const { code, out, err } = await start(oldNode!, ['--version'], alone).outcome
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^error: sparse-sharing needs Node 24 or newer, and this is v\d+[^\n]+\n$/)
    expect(err).toContain(remedy)
  })

  test('a program that imports the package is told so', () => {
    const library = new URL('../../main/library/node.ts', import.meta.url)
    const source = stripTypeScriptTypes(readFileSync(library, 'utf8'))
    const folder = folderWith({ 'package.json': manifest, 'main/library/node.mjs': source })
    const { status, stderr } = spawnSync(oldNode!, [join(folder, 'main/library/node.mjs')], { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/Error: sparse-sharing-studio needs Node 24 or newer, and this is v\d+/)
  })

  /** A launcher whose program prints its process id and its signals, and runs until it is told to end. */
  function relayed() {
    const folder = folderWith({
      'main/entry/cli.ts': `
        export const runCli = () => new Promise<number>((resolve) => {
          setInterval(() => {}, 1000)
          process.on('SIGTERM', () => { console.log('told to end'); setTimeout(() => process.exit(7), 10) })
          console.log('pid ' + process.pid)
        })`,
      'package.json': manifest,
    })
    copyFileSync(launcher, join(folder, 'main/entry/sparse-sharing.mjs'))
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
    return start(oldNode!, [], join(folder, 'main/entry/sparse-sharing.mjs'))
  }

  test('signals reach the program, its exit code comes back', async () => {
    const { child, outcome, until } = relayed()
    await until('pid ')
    child.kill('SIGTERM')
    expect(await outcome).toMatchObject({ code: 7, out: expect.stringContaining('told to end') })
  })

  test('kill -9 of the launcher ends the program too', async () => {
    const { child, outcome, until } = relayed()
    await until('pid ')
    child.kill('SIGKILL')
    // Its pipes close only once the program has ended too, which otherwise runs for ever.
    expect(await outcome).toMatchObject({ out: expect.stringMatching(/^pid \d+\n$/) })
  })
})
