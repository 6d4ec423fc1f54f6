/**
 * A tagging thread: loads a model, then tags batches of sentences on one core. Work is split by sentences, not within
 * products.
 */
import { parentPort } from 'node:worker_threads'
import { chooseBackend } from '../backend/choose.ts'
import { TaggingEngine } from './engine.ts'
import { unpackWords, type FromThread, type ToThread } from './messages.ts'
import type { TaggerModel } from './model.ts'

let engine: Promise<TaggingEngine> | null = null

function post(message: FromThread, moved: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, moved)
}

/**
 * Uses the backend of the run if it works here, else the best of this machine, so that a model trained on a graphics
 * card can tag without one. Returns a warning, or null.
 */
async function useBackend(wanted: TaggerModel['backend']): Promise<string | null> {
  try {
    return (await chooseBackend(wanted, 1)).warning
  } catch (error) {
    if (wanted === 'auto') throw error
    const { name } = await chooseBackend('auto', 1)
    const reason = (error as Error).message
    return `tagged on ${name}: ${wanted}, which the run was trained on, cannot compute here (${reason})`
  }
}

async function load({ model }: Extract<ToThread, { type: 'model' }>): Promise<TaggingEngine> {
  const warning = await useBackend(model.backend)
  const loaded = new TaggingEngine(model)
  post({ type: 'ready', warning })
  return loaded
}

async function handle(message: ToThread): Promise<void> {
  if (message.type === 'model') {
    engine = load(message)
    engine.catch((error: Error) => post({ type: 'failed', id: null, message: error.message }))
    return
  }
  try {
    const tags = await (await engine!).tag(unpackWords(message.words), message.withConfidence)
    const moved = tags.flatMap(({ ids, confidence }) =>
      confidence === null ? [ids.buffer] : [ids.buffer, confidence.buffer],
    )
    post({ type: 'tags', id: message.id, tags }, moved as ArrayBuffer[])
  } catch (error) {
    post({ type: 'failed', id: message.id, message: (error as Error).message })
  }
}

parentPort!.on('message', (message: ToThread) => void handle(message))
