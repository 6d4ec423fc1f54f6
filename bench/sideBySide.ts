/**
 * IMP of two tasks at once, one core each, compared with one task on one core: tokens per second in training threads.
 */
import type { EncodedData } from '../main/data/types.ts'
import { roundSpec } from '../main/experiment/specs.ts'
import type { WorkerMessage, WorkerSetup } from '../main/experiment/messages.ts'
import { prunableLayers } from '../main/nn/parameters.ts'
import { networkShape } from '../main/nn/initialWeights.ts'
import { startThread } from '../main/threads/start.ts'
import { RunControl } from '../main/training/control.ts'
import type { ExperimentConfig } from '../shared/settings/config.ts'
import { ones } from '../shared/network/mask.ts'

/** Seconds of training that are measured, after the first report of every thread. */
const SECONDS = 4

/** Tokens per second of `tasks` trained at once, one thread each, measured over the same period. */
export async function sideBySide(config: ExperimentConfig, data: EncodedData, tasks: string[]): Promise<number> {
  const control = new RunControl()
  const setup: WorkerSetup = { data, backend: 'native', modules: [], control: control.shared, checkpointSeconds: 1e9 }
  const workers = tasks.map(() => startThread(new URL('../main/experiment/worker.ts', import.meta.url), setup))
  await Promise.all(workers.map((worker) => new Promise((ready) => worker.once('message', ready))))
  const mask = ones(prunableLayers(networkShape(config.model, data)))
  const counts: { at: number; tokens: number }[] = []
  const ends = workers.map(
    (worker, i) =>
      new Promise<void>((resolve, reject) => {
        worker.on('error', reject)
        worker.on('message', (message: WorkerMessage) => {
          if (message.type === 'steps')
            counts.push({ at: performance.now(), tokens: message.steps.reduce((sum, step) => sum + step.tokens, 0) })
          if (message.type === 'failed') reject(new Error(message.message))
          if (message.type === 'stopped' || message.type === 'trained') resolve()
        })
        worker.postMessage({
          type: 'train',
          threads: 1,
          spec: roundSpec(config, data, { phase: 'imp', task: tasks[i], round: 0 }, mask),
          start: null,
          checkpoint: null,
        })
      }),
  )
  const from = performance.now() + 1500
  await new Promise((done) => setTimeout(done, 1500 + 1000 * SECONDS))
  const until = performance.now()
  control.stop()
  await Promise.all(ends)
  await Promise.all(workers.map((worker) => worker.terminate()))
  // A report covers steps before it, so the period is shifted by the same fraction of a second at both ends.
  const counted = counts.filter(({ at }) => at >= from && at < until)
  return (1000 * counted.reduce((sum, { tokens }) => sum + tokens, 0)) / (until - from)
}
