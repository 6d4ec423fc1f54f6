/**
 * Killed with kill -9 at random moments and resumed until finished = never killed: report, masks, weights, metrics.
 * KILLS=100 npx vitest run test/experiment/kill.test.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { Draw } from '../support/arrays.ts'
import { afterFile } from '../support/cleanup.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, expectSameOutcome, expectWholeMetrics, finished, outcomeOf } from '../support/experiments.ts'

const RUNNER = fileURLToPath(new URL('processes/runner.ts', import.meta.url))
const KILLS = Number(process.env.KILLS ?? 7)

/** One session in its own process, killed so many milliseconds after its n-th event. */
async function runSession(
  database: string,
  killAfter: { events: number; ms: number } | null,
): Promise<{ code: number | null; killed: boolean }> {
  const child = spawn(process.execPath, [RUNNER, database], { stdio: ['ignore', 'pipe', 'inherit'] })
  afterFile(() => child.kill('SIGKILL'))
  let seen = 0
  child.stdout.on('data', (data: Buffer) => {
    const before = seen
    seen += data.toString().split('\n').length - 1
    if (killAfter && before < killAfter.events && seen >= killAfter.events)
      setTimeout(() => child.kill('SIGKILL'), killAfter.ms)
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return { code, killed: signal === 'SIGKILL' }
}

it(
  'kill -9',
  async () => {
    const config = tinyConfig({
      methods: ['single', 'subnet', 'hard', 'sparse'],
      warmup: { epochs: 1 },
      imp: { epochs: 3, maxRounds: 3 },
      joint: { epochs: 4 },
    })
    const whole = outcomeOf(await finished(config))
    const draw = new Draw('kill')
    let [kills, fromCheckpoints] = [0, 0]
    while (kills < KILLS) {
      const { database, store, runId } = await created(config)
      store.close()
      // Every session lives long enough to make some progress; by chance the kills hit all moments of a training.
      while (kills < KILLS) {
        const { code, killed } = await runSession(database, { events: draw.int(4, 18), ms: draw.int(0, 40) })
        if (!killed) {
          expect(code).toBe(0)
          break
        }
        kills++
        fromCheckpoints += checkpointsOf(database, runId)
      }
      const survivor = openStore(database)
      afterFile(() => survivor.close())
      if (survivor.getRun(runId).status !== 'finished') {
        expect(survivor.getRun(runId)).toMatchObject({ status: 'running', interrupted: true })
        expect((await runSession(database, null)).code).toBe(0)
      }
      expect(survivor.getRun(runId).status).toBe('finished')
      const outcome = outcomeOf({ store: survivor, runId })
      expectWholeMetrics(outcome)
      expectSameOutcome(outcome, whole)
    }
    if (KILLS > 7) console.log(`${kills} kills, ${fromCheckpoints} trainings resumed in their middle`)
    expect(fromCheckpoints, 'trainings that were killed in their middle').toBeGreaterThan(0)
  },
  120_000 + 10_000 * KILLS,
)

/** How many trainings of a run have a checkpoint to go on from. */
function checkpointsOf(database: string, runId: string): number {
  const store = openStore(database)
  try {
    return store.trainings(runId).filter(({ id }) => store.loadCheckpoint(runId, id) !== null).length
  } finally {
    store.close()
  }
}
