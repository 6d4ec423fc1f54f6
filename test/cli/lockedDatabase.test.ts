/**
 * A database that another process locks in the middle of a training: a short lock is waited for; a longer one fails the
 * run with one line and the reason, and it goes on to the same bits.
 * LOCK_SECONDS=60 npx vitest run test/cli/lockedDatabase.test.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'
import { expectSameOutcome, outcomeOf } from '../support/experiments.ts'

const CLI = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))
const LOCK_SECONDS = Number(process.env.LOCK_SECONDS ?? 2)
/** Longer locks than the program waits for. */
const LONG = LOCK_SECONDS > 20

test(
  `a database that is locked for ${LOCK_SECONDS} s under a training`,
  async () => {
    const folder = folderOf(corpusFiles())
    const config = tinyConfig({
      methods: ['single', 'sparse'],
      imp: { epochs: 12, maxRounds: 2 },
      joint: { epochs: 12 },
    })
    writeFileSync(join(folder, 'a.yaml'), JSON.stringify(config))
    expect(await command(folder, ['train', 'a.yaml', '--db', 'free.db'])).toMatchObject({ code: 0 })

    const { code, err } = await command(folder, ['train', 'a.yaml', '--db', 'locked.db'], async () => {
      const db = new Database(join(folder, 'locked.db'), { timeout: 10_000 })
      db.exec('BEGIN EXCLUSIVE')
      await sleep(1000 * LOCK_SECONDS)
      db.exec('COMMIT')
      db.close()
    })
    if (LONG) {
      expect(code, err).toBe(1)
      const errors = err.split('\n').filter((line) => line.startsWith('error: '))
      expect(errors, err).toHaveLength(1)
      expect(errors[0]).toMatch(/locked/)
      const store = openStore(join(folder, 'locked.db'))
      onTestFinished(() => store.close())
      expect(store.getRun('last')).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/locked/) as string,
      })
      expect(await command(folder, ['resume', 'last', '--db', 'locked.db'])).toMatchObject({ code: 0 })
    } else expect(code, err).toBe(0)
    expectSameOutcome(outcomeAt(join(folder, 'locked.db')), outcomeAt(join(folder, 'free.db')))
  },
  90_000 + 4000 * LOCK_SECONDS,
)

/** `inTheMiddle` is called after the first epoch. */
async function command(cwd: string, argv: string[], inTheMiddle?: () => Promise<void>) {
  const child = spawn(process.execPath, [CLI, ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  let middle: Promise<void> | undefined
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString()
    if (out.includes('epoch 2/')) middle ??= inTheMiddle?.()
  })
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  await middle
  if (inTheMiddle !== undefined) expect(middle, out + err).toBeDefined()
  return { code, err, out }
}

function outcomeAt(path: string) {
  const store = openStore(path)
  try {
    return outcomeOf({ store, runId: store.getRun('last').id })
  } finally {
    store.close()
  }
}
