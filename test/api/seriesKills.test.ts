/**
 * The program is killed with -9 at random moments while it trains the series of a project, and started again until the
 * series is finished: the parts that were done stay done, every sentence is judged once, no decision is lost, and no run
 * or file is left. KILLS=50 npx vitest run test/api/seriesKills.test.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { sweepSeries } from '../../main/api/annotate/seriesLeftovers.ts'
import { openStore, type Store } from '../../main/store/index.ts'
import { pooledScores, type StoredSeries } from '../../shared/annotation/series.ts'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import { folderOf } from '../support/corpus.ts'
import { openStudioOn } from '../support/studio.ts'
import { seriesText, SPANS } from './seriesProject.ts'

const KILLS = Number(process.env.KILLS ?? 2)
const PROGRAM = fileURLToPath(new URL('./processes/seriesTrainer.ts', import.meta.url))
const LABELLED = 10
const PATIENCE = { timeout: 60_000, interval: 20 }

it(
  `a series survives ${KILLS} kills`,
  async () => {
    const key = deriveKey(7, 'series')
    let [kills, projects] = [0, 0]
    while (kills < KILLS) {
      const { store, project } = await labelled()
      let done: StoredSeries['parts'] = []
      const decided = new Set(Array.from({ length: LABELLED }, (_, position) => position))
      for (;;) {
        const events = 1 + Math.floor(60 * uniform(2 * kills, key))
        const killAfter = kills < KILLS ? { events, ms: 400 * uniform(2 * kills + 1, key) } : null
        const { killed, positions } = await runProgram(store.path, killAfter)
        for (const position of positions) decided.add(position)
        if (killed) kills++
        await trainersEnded(store)
        const series = store.annotation.series(project, 'folds')
        // What was said to be decided is decided; one more may be.
        for (const position of decided) expect(store.annotation.item(project, position).state).not.toBe('open')
        expect(store.annotation.decided(project).length - decided.size).toBeOneOf([0, 1])
        for (const { position } of store.annotation.sentences(project))
          if (store.annotation.item(project, position).state !== 'open') decided.add(position)
        for (const [i, part] of done.entries())
          if (part.result !== null) expect(series!.parts[i].result).toEqual(part.result)
        done = series?.parts ?? []
        if (!killed) break
        for (const { status, interrupted } of store.listRuns()) if (status === 'running') expect(interrupted).toBe(true)
      }
      await expectWhole(store, project)
      projects++
    }
    if (KILLS > 2) console.log(`${kills} kills over ${projects} series`)
  },
  300_000 + 60_000 * KILLS,
)

/** A finished series, and a model that was trained once on everything; nothing else is left. */
async function expectWhole(store: Store, project: string): Promise<void> {
  const series = store.annotation.series(project, 'folds')!
  expect(series).toMatchObject({ status: 'finished', problem: null, sentences: LABELLED })
  expect(series.parts.every(({ run, result }) => run === null && result !== null)).toBe(true)
  expect(pooledScores(series.parts)).toMatchObject([{ task: 'ner', sentences: LABELLED }])
  const { training } = store.annotation.get(project)
  await sweepSeries(store, 0)
  expect(store.listRuns().map(({ id }) => id)).toEqual([training])
  expect(store.listCorpora().length).toBeGreaterThanOrEqual(1)
  expect(readdirSync(store.corporaFolder!).filter((name) => name.startsWith('series-'))).toEqual([])
}

async function labelled(): Promise<{ store: Store; project: string }> {
  const store = openStore(join(folderOf({}), 'runs.db'))
  onTestFinished(() => store.close())
  const studio = openStudioOn(store)
  const { project } = await studio.ask('annotate.create', {
    name: 'small',
    sources: [{ kind: 'text', name: 'text', text: seriesText(60) }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
  })
  for (let position = 0; position < LABELLED; position++)
    await studio.ask('annotate.decide', {
      ...{ project, order: 'file', filter: 'open', position, revision: null },
      answers: [{ task: 'ner', labels: null, spans: SPANS }],
    })
  await studio.api.close()
  return { store, project }
}

/** Runs the program to its end, or kills it so many milliseconds after its n-th event. */
async function runProgram(
  path: string,
  killAfter: { events: number; ms: number } | null,
): Promise<{ killed: boolean; positions: number[] }> {
  const child = spawn(process.execPath, [PROGRAM, path, 'folds'], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  let armed = killAfter !== null
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
    if (!armed || said.split('\n').length <= killAfter!.events) return
    armed = false
    setTimeout(() => child.kill('SIGKILL'), killAfter!.ms)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === null) expect(code).toBe(0)
  const positions = [...said.matchAll(/^decided (\d+)$/gm)].map(([, position]) => Number(position))
  return { killed: signal === 'SIGKILL', positions }
}

/** A training process whose program was killed stops at a checkpoint and ends. */
async function trainersEnded(store: Store): Promise<void> {
  await vi.waitFor(() => {
    for (const { status, interrupted } of store.listRuns())
      expect(status === 'running' && !interrupted, 'a run is in training').toBe(false)
  }, PATIENCE)
}
