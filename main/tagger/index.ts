/** Tags one input with one run, from the first byte to the last. */
import type { TagCounts, TagJob } from '../../shared/tagging.ts'
import type { Store } from '../store/types.ts'
import { loadModel } from './model.ts'
import { fileBytes } from './source.ts'
import { tagStream } from './stream.ts'
import { startThread, Tagger } from './tagger.ts'
import { writerFor, type SentenceWriter, type WriterOptions } from './writers.ts'

/** Makes writers of formats that are not the tagger's own; `version` says what tagged. Null: it is the tagger's own. */
export type OtherWriters = (options: WriterOptions & { version: string }) => SentenceWriter | null

/** Throws an Error where the run has no such network, or naming file and line where the input is at fault. */
export async function tagInput(store: Store, { run, method, tasks, threads, input, output, onReady, onWarning }: TagJob, others: OtherWriters = () => null): Promise<TagCounts> {
  const { config } = store.getRun(run)
  // The thread loads the arithmetic while this one reads the model.
  const first = startThread()
  let tagger: Tagger
  try {
    tagger = new Tagger(loadModel(store, run, { method, tasks }), { threads, warn: onWarning }, first)
  } catch (error) {
    await first.terminate()
    throw error
  }
  try {
    await tagger.loaded
    onReady(tagger.info)
    const { tasks: described, name, method: by } = tagger.info
    const writing = { ...output, tasks: described, config }
    const writer = others({ ...writing, version: `${name}, ${by}` }) ?? writerFor(writing)
    const options = { input, withConfidence: output.confidence, scheme: output.scheme, writer }
    const counts = await tagStream(tagger, input.path === null ? input.bytes() : fileBytes(input.path), options, output.write)
    if (writer.end !== undefined) await output.write(writer.end())
    return counts
  } finally {
    await tagger.close()
  }
}
