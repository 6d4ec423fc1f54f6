/**
 * Random requests to the dispatcher: each is answered by a result or by an error with a code of its own, never `internal`.
 * The long form: CASES=2000 npx vitest run test/api/randomRequests.test.ts
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openApi } from '../../main/api/dispatch.ts'
import { openStore } from '../../main/store/index.ts'
import type { LaunchTrainer } from '../../main/trainer/types.ts'
import { corpusFiles, folderOf, tinyConfig } from '../support/corpus.ts'
import { finished } from '../support/experiments.ts'
import { casesOf, Dice } from '../support/random.ts'
import { randomRequest } from '../support/randomRequests.ts'

const { cases, seed } = casesOf(300)

/** Training itself is tested elsewhere: a process that cannot be started. */
const noTrainer: LaunchTrainer = () => ({
  send() {},
  onMessage() {},
  onExit: (listener) => setImmediate(() => listener(1)),
  kill() {},
  stderrTail: () => '',
})

it(`answers ${cases} random requests (seed ${seed})`, { timeout: 30_000 + 300 * cases }, async () => {
  const { database, runId } = await finished(tinyConfig({ methods: ['single', 'hard'], imp: { epochs: 1 } }))
  const store = openStore(database)
  const api = openApi(store, { version: '1.2.3', launchTrainer: noTrainer })
  const folder = folderOf(corpusFiles())
  mkdirSync(join(folder, 'sub'))
  onTestFinished(async () => {
    await api.close()
    store.close()
  })
  const dice = new Dice(seed)
  const known = [runId, 'last', 'tiny', 'pos', 'np', join(folder, 'train.txt'), folder, '/dev/null', 'imp.epochs']
  const answers = { ok: 0, refused: 0 }
  for (let n = 0; n < cases; n++) {
    // The run of this test must survive.
    const { name, args } = randomRequest(dice, known)
    if (name === 'runs.delete') continue
    const reply = await api.call(name, args)
    if (reply.ok) answers.ok++
    else answers.refused++
    if (!reply.ok)
      expect(reply.error, `request ${n}: ${name} ${JSON.stringify(args)}`).not.toMatchObject({ code: 'internal' })
    const { file, project, id } = (reply.ok ? reply.value : {}) as Record<string, unknown>
    for (const value of [file, project, id]) if (typeof value === 'string' && known.length < 60) known.push(value)
  }
  expect(answers.ok).toBeGreaterThan(cases / 20)
  expect(answers.refused).toBeGreaterThan(cases / 20)
})
