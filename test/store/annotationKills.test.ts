/**
 * A process that writes to an annotation project is killed with -9 at random moments: what it said to be kept is kept,
 * at most one more operation is, and none is there by half. KILLS=100 npx vitest run test/store/annotationKills.test.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import { KINDS, rowsOf, work, workProject } from './annotationWork.ts'
import { open, temporaryPath } from './fixtures.ts'

const KILLS = Number(process.env.KILLS ?? 4)
const WORKER = fileURLToPath(new URL('./processes/annotationWorker.ts', import.meta.url))

it(
  `no write is lost or there by half after ${KILLS} kills`,
  async () => {
    const [path, expectedPath] = [temporaryPath(), temporaryPath()]
    open(path).annotation.create(workProject())
    const expected = open(expectedPath).annotation
    expected.create(workProject())
    const key = deriveKey(11, 'kills')
    let done = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const told = await killed(path, done, KINDS.length * uniform(2 * kill, key), 4 * uniform(2 * kill + 1, key))
      for (; done < told; done++) work(expected, done)
      const kept = rowsOf(path)
      // One more may be committed than was said.
      if (JSON.stringify(kept) !== JSON.stringify(rowsOf(expectedPath))) work(expected, done++)
      expect(kept, `after ${done} operations`).toEqual(rowsOf(expectedPath))
    }
    for (const table of ['decisions', 'edits']) expect(rowsOf(path)[`annotation_${table}`]).not.toEqual([])
  },
  15_000 + 8_000 * KILLS,
)

/** Lets a process work from operation `from` on, and kills it after so many and some milliseconds. Returns how many it said. */
async function killed(path: string, from: number, operations: number, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [WORKER, path, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let told = from
  child.stdout.on('data', (data: Buffer) => {
    told += data.toString().split('\n').length - 1
    if (told - from > operations) setTimeout(() => child.kill('SIGKILL'), milliseconds)
  })
  await once(child, 'close')
  expect(told).toBeGreaterThan(from)
  return told
}
