/**
 * The commands on a real file system that is full, at several sizes: one line each, the reason on the run, nothing there
 * by half, and with more space the run goes on to the same bits. Needs root on Linux, to mount one.
 * SIZES=20 npx vitest run test/cli/fullDisk.test.ts
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { afterFile } from '../support/cleanup.ts'
import { corpusFiles, corpusText, folderOf, tinyConfig } from '../support/corpus.ts'
import { expectSameOutcome, outcomeOf } from '../support/experiments.ts'

const CLI = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))
const SIZES = Number(process.env.SIZES ?? 3)
const PLENTY = 64 << 20

/** Mounts a file system of so many bytes; null where that is not possible. */
function mounted(bytes: number): { folder: string; grow(): void; release(): void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'full-'))
  const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status === 0
  if (process.platform !== 'linux' || !mount(`size=${bytes}`)) {
    rmSync(folder, { recursive: true })
    return null
  }
  let there = true
  const release = () => {
    if (there) spawnSync('umount', ['--lazy', folder])
    there = false
    rmSync(folder, { recursive: true, force: true })
  }
  afterFile(release)
  return { folder, grow: () => void mount(`remount,size=${PLENTY}`), release }
}

function probe(): boolean {
  const found = mounted(1 << 20)
  found?.release()
  return found !== null
}

function command(cwd: string, ...argv: string[]) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [CLI, ...argv], { cwd, encoding: 'utf8' })
  return { code: status, err: stderr, out: stdout }
}

/** One line with the reason, and no stack. */
function expectNoSpace({ code, err }: { code: number | null; err: string }): void {
  expect(code, err).toBe(1)
  const errors = err.split('\n').filter((line) => line.startsWith('error: '))
  expect(errors, err).toHaveLength(1)
  expect(errors[0]).toMatch(/no space left/)
  expect(err).not.toMatch(/^\s+at /m)
}

const config = tinyConfig({ methods: ['single', 'sparse'], imp: { epochs: 2, maxRounds: 2 }, joint: { epochs: 3 } })
/** Bytes tried, spread over what the whole needs. */
const sizesUpTo = (bytes: number) => Array.from({ length: SIZES }, (_, i) => Math.ceil((bytes * (i + 0.5)) / SIZES))

describe.skipIf(!probe())('a full disk', () => {
  const folder = folderOf({ ...corpusFiles(), 'a.yaml': '' })
  writeFileSync(join(folder, 'a.yaml'), JSON.stringify(config))

  test(
    `under a training, at ${SIZES} sizes`,
    () => {
      const whole = join(folder, 'whole.db')
      expect(command(folder, 'train', 'a.yaml', '--db', whole)).toMatchObject({ code: 0 })
      const expected = outcomeAt(whole)
      for (const bytes of sizesUpTo(statSync(whole).size)) {
        const disk = mounted(bytes)!
        const db = join(disk.folder, 'runs.db')
        expectNoSpace(command(folder, 'train', 'a.yaml', '--db', db))
        disk.grow()
        const run = runAt(db)
        if (run === null) expect(command(folder, 'train', 'a.yaml', '--db', db)).toMatchObject({ code: 0 })
        else {
          if (run.status === 'failed') expect(run.message).toMatch(/no space left/)
          expect(command(folder, 'resume', 'last', '--db', db), `at ${bytes} bytes`).toMatchObject({ code: 0 })
        }
        expectSameOutcome(outcomeAt(db), expected)
        disk.release()
      }
    },
    60_000 + 40_000 * SIZES,
  )

  test(
    `under an archive, an export and an import, at ${SIZES} sizes`,
    () => {
      const db = join(folder, 'source.db')
      expect(command(folder, 'train', 'a.yaml', '--db', db)).toMatchObject({ code: 0 })
      const archive = join(folder, 'run.sparserun')
      expect(command(folder, 'archive', 'last', '--out', archive, '--db', db)).toMatchObject({ code: 0 })
      for (const bytes of sizesUpTo(statSync(archive).size)) {
        const disk = mounted(bytes)!
        expectNoSpace(command(folder, 'archive', 'last', '--out', join(disk.folder, 'run.sparserun'), '--db', db))
        expect(readdirSync(disk.folder)).toEqual([])
        const imported = join(disk.folder, 'runs.db')
        expectNoSpace(command(folder, 'unarchive', archive, '--db', imported))
        disk.grow()
        expect(runAt(imported)).toBeNull()
        expect(command(folder, 'unarchive', archive, '--db', imported)).toMatchObject({ code: 0 })
        expectSameOutcome(outcomeAt(imported), outcomeAt(db))
        disk.release()
      }
    },
    60_000 + 20_000 * SIZES,
  )

  test(
    `under an export, tagged text and a project, at ${SIZES} sizes`,
    () => {
      const db = join(folder, 'exported.db')
      expect(command(folder, 'train', 'a.yaml', '--db', db)).toMatchObject({ code: 0 })
      writeFileSync(join(folder, 'long.txt'), corpusText('long', 1000))
      const project = [
        'annotate',
        'new',
        'long',
        join(folder, 'long.txt'),
        '--task',
        'np',
        '--labels',
        'NP',
        '--format',
        'text',
      ]
      /** Each writes to the path that it is given. */
      const writers = {
        export: (out: string) => ['export', 'last', '--out', out, '--db', db],
        tag: (out: string) => ['tag', 'last', 'long.txt', '--out', out, '--db', db],
        project: (out: string) => [...project, '--db', out],
      }
      for (const [what, argv] of Object.entries(writers)) {
        const whole = join(folder, `whole-${what}`)
        expect(command(folder, ...argv(whole)), what).toMatchObject({ code: 0 })
        for (const bytes of sizesUpTo(bytesOf(whole))) {
          const disk = mounted(bytes)!
          const out = join(disk.folder, 'out')
          expectNoSpace(command(folder, ...argv(out)))
          disk.grow()
          if (what === 'project') expect(projectsAt(out), `at ${bytes} bytes`).toEqual([])
          else expect(readdirSync(disk.folder), `${what} at ${bytes} bytes`).toEqual([])
          expect(command(folder, ...argv(out)), what).toMatchObject({ code: 0 })
          expect(bytesOf(out)).toBeGreaterThan(0.9 * bytesOf(whole))
          disk.release()
        }
      }
    },
    60_000 + 60_000 * SIZES,
  )
})

/** Of a file, or of all files of a folder. */
function bytesOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}

/** The names of the projects of a database; none where there is no database. */
function projectsAt(path: string): string[] {
  if (!existsSync(path)) return []
  const store = openStore(path)
  try {
    return store.annotation.list().map(({ name }) => name)
  } finally {
    store.close()
  }
}

function outcomeAt(path: string) {
  const store = openStore(path)
  try {
    return outcomeOf({ store, runId: store.getRun('last').id })
  } finally {
    store.close()
  }
}

/** The run of a database; null where it was not created, or there is no database. */
function runAt(path: string) {
  if (!existsSync(path)) return null
  const store = openStore(path)
  try {
    const [run] = store.listRuns()
    return run === undefined ? null : store.getRun(run.id)
  } finally {
    store.close()
  }
}
