/**
 * Do runs on different backends reach the same dev score within seed noise? Sample corpus, the paper's network, three
 * seeds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRun, runExperiment, RunControl } from '../main/experiment/lifecycle.ts'
import { openStore } from '../main/store/index.ts'
import { spread, type Spread } from '../shared/util/spread.ts'
import { configSchema } from '../shared/settings/config.ts'
import type { BackendName } from '../shared/devices/backends.ts'

const SAMPLE = resolve(import.meta.dirname, '../resources/sample')
const SEEDS = [2019, 2020, 2021]

/** Hard sharing, as in sample.yaml: tasks by name, dev scores by seed. */
export async function seedNoise(backend: BackendName): Promise<Record<string, Spread>> {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-bench-'))
  const store = openStore(join(folder, 'runs.db'))
  try {
    const reached: Record<string, number[]> = {}
    for (const seed of SEEDS) {
      const config = configSchema.parse({
        name: `seed ${seed}`,
        seed,
        backend,
        methods: ['hard'],
        corpora: { ewt: { train: 'ewt-train.conllu', dev: 'ewt-dev.conllu' } },
        tasks: { upos: { tags: 'UPOS' }, xpos: { tags: 'XPOS' }, np: { tags: 'MISC:NP' } },
        joint: { epochs: 8 },
      })
      const { runId } = await createRun(store, config, SAMPLE)
      await runExperiment(store, runId, { control: new RunControl(), onEvent: () => {} })
      for (const [task, { dev }] of Object.entries(store.getRun(runId).report!.methods[0].scores))
        (reached[task] ??= []).push(dev.value)
    }
    return Object.fromEntries(Object.entries(reached).map(([task, values]) => [task, spread(values)!]))
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
