/** Tags one input with one model. */
import type { TagCounts, TagJob } from '../../shared/tags/tagging.ts'
import { loadFrom, type ModelSource } from './modelSource.ts'
import type { Unpacked } from './packed.ts'
import { fileBytes } from './source.ts'
import { tagStream } from './stream.ts'
import { startTaggingThread, Tagger } from './tagger.ts'
import { writerFor, type SentenceWriter, type WriterOptions } from './writers.ts'

/** Makes writers of formats of other tools. `version` names the model. Returns null for the formats in writers.ts. */
export type OtherWriters = (options: WriterOptions & { version: string }) => SentenceWriter | null

/** Throws an Error if the source lacks the network, or, with file and line, if the input is invalid. */
export async function tagInput(
  source: ModelSource,
  { method, tasks, calibrated, threads, tokens, input, output, onReady, onWarning }: TagJob,
  others: OtherWriters = () => null,
): Promise<TagCounts> {
  // The thread loads the backend while this one reads the model.
  const first = startTaggingThread()
  let loaded: Unpacked
  let tagger: Tagger
  try {
    loaded = loadFrom(source, { method, tasks, calibrated })
    tagger = new Tagger(loaded.model, { threads, warn: onWarning }, first)
  } catch (error) {
    await first.terminate()
    throw error
  }
  try {
    const tokeniser = tagger.tokeniser(tokens)
    await tagger.loaded
    if (loaded.warning !== null) onWarning(loaded.warning)
    onReady(tagger.info)
    const { tasks: described, name, method: by } = tagger.info
    const writing = { ...output, tasks: described, config: loaded.config }
    const writer = others({ ...writing, version: `${name}, ${by}` }) ?? writerFor(writing)
    const options = {
      input: { ...input, tokeniser, onWarning },
      withConfidence: output.confidence,
      scheme: output.scheme,
      writer,
    }
    const counts = await tagStream(
      tagger,
      input.path === null ? input.bytes() : fileBytes(input.path),
      options,
      output.write,
    )
    if (writer.end !== undefined) await output.write(writer.end())
    return counts
  } finally {
    await tagger.close()
  }
}
