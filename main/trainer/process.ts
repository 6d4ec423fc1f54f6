/** What a training process does: one task, then it ends. Pause and stop reach its training threads through shared memory. */
import { probeBackend } from '../devices/probe.ts'
import { estimateExperiment } from '../experiment/estimate.ts'
import { createExperiment, runExperiment, RunControl } from '../experiment/lifecycle.ts'
import { openStore } from '../store/index.ts'
import type { TrainerTask } from './messages.ts'
import type { ParentPort } from './types.ts'

type RunTask = Extract<TrainerTask, { type: 'create' | 'open' }>

/**
 * Serves the program that started this process. A training does not outlive its studio unseen: once that is gone, it stops at
 * a checkpoint and the process ends; the run shows as stopped and can go on. `leave` ends the process.
 */
export function serveTrainer(port: ParentPort, leave: () => void): { stop(): void } {
  const control = new RunControl()
  const turn = Promise.withResolvers<void>()
  let phase: 'preparing' | 'training' | 'over' = 'preparing'
  /** Nobody is left to say `end`. */
  let alone = false

  async function perform(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      port.send({ type: 'done' })
    } catch (error) {
      port.send({ type: 'failed', ...faultOf(error) })
    }
    phase = 'over'
    if (alone) leave()
  }

  async function sitting(task: RunTask): Promise<void> {
    const store = openStore(task.database)
    try {
      const { runId, warnings, loaded } =
        task.type === 'create'
          ? await createExperiment(store, task.config, '')
          : { runId: task.run, warnings: [], loaded: undefined }
      port.send({ type: 'ready', run: runId, warnings })
      await turn.promise
      await runExperiment(store, runId, {
        control,
        loaded,
        backend: task.type === 'open' ? task.backend : undefined,
        onEvent: (event) => port.send({ type: 'event', event }),
      })
    } finally {
      store.close()
    }
  }

  /** Before training there is nothing to bring to a checkpoint; after it, the last word is still to be heard. */
  function stop(): void {
    control.stop()
    if (phase === 'preparing' || (phase === 'over' && alone)) leave()
  }

  port.onMessage((message) => {
    if (message.type === 'create' || message.type === 'open') void perform(() => sitting(message))
    else if (message.type === 'estimate')
      void perform(async () =>
        port.send({ type: 'estimate', estimate: await estimateExperiment(message.config, message.order) }),
      )
    else if (message.type === 'probe')
      void perform(async () =>
        port.send({ type: 'probed', result: await probeBackend(message.backend, message.measure, message.modules) }),
      )
    else if (message.type === 'pause') control.pause()
    else if (message.type === 'unpause') control.resume()
    else if (message.type === 'stop') stop()
    else if (message.type === 'end') leave()
    else if (message.type === 'go') {
      phase = 'training'
      turn.resolve()
    }
  })
  port.onGone(() => {
    alone = true
    stop()
  })
  return { stop }
}

/** An error as data: its code is the store's, the data's or the settings'; anything else is nobody's fault but ours. */
function faultOf(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return {
    code: typeof code === 'string' ? code : 'internal',
    message: typeof message === 'string' ? message : String(error),
  }
}
