/** A tagging thread: loads a model, then tags what it is given. One core each: sentences are split over threads, not products. */
import { parentPort } from 'node:worker_threads'
import { chooseBackend } from '../backend/choose.ts'
import { TaggingEngine } from './engine.ts'
import { unpackWords, type FromThread, type ToThread } from './messages.ts'
import type { TaggerModel } from './model.ts'

let engine: Promise<TaggingEngine> | null = null

function say(message: FromThread, moved: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, moved)
}

/** The run's own, else the best that this machine has: a model from a machine with a graphics card tags on one without. What to know about it, or null. */
async function useBackend(wanted: TaggerModel['backend']): Promise<string | null> {
  try {
    return (await chooseBackend(wanted, 1)).warning
  } catch (error) {
    if (wanted === 'auto') throw error
    const { name } = await chooseBackend('auto', 1)
    return `tagged on ${name}: ${wanted}, which the run was trained on, cannot compute here (${(error as Error).message})`
  }
}

async function load({ model }: Extract<ToThread, { type: 'model' }>): Promise<TaggingEngine> {
  const warning = await useBackend(model.backend)
  const loaded = new TaggingEngine(model)
  say({ type: 'ready', warning })
  return loaded
}

async function take(message: ToThread): Promise<void> {
  if (message.type === 'model') {
    engine = load(message)
    engine.catch((error: Error) => say({ type: 'failed', id: null, message: error.message }))
    return
  }
  try {
    const tags = await (await engine!).tag(unpackWords(message.words), message.withConfidence)
    const moved = tags.flatMap(({ ids, confidence }) =>
      confidence === null ? [ids.buffer] : [ids.buffer, confidence.buffer],
    )
    say({ type: 'tags', id: message.id, tags }, moved as ArrayBuffer[])
  } catch (error) {
    say({ type: 'failed', id: message.id, message: (error as Error).message })
  }
}

parentPort!.on('message', (message: ToThread) => void take(message))
