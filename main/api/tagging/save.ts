/** A text with its tags as a file of any format that the command line writes. */
import { basename, extname } from 'node:path'
import type { z } from 'zod'
import { isTool, labellingSetUp, labelsOf, UNIT_OF } from '../../../shared/annotation/annotation.ts'
import type { taggingRequests, TaggingResults } from '../../../shared/protocol/requests/tagging.ts'
import type { OutputFormat } from '../../../shared/tags/tagging.ts'
import { toolWriter } from '../../annotation/index.ts'
import { fileBytes } from '../../tagger/source.ts'
import { tagStream } from '../../tagger/stream.ts'
import { writerFor } from '../../tagger/writers.ts'
import { textFile } from '../annotations/textFile.ts'
import { DatasetError } from '../datasets/errors.ts'
import type { ApiContext } from '../types.ts'

const ENDINGS: Record<OutputFormat, string> = {
  text: '-tags.txt',
  html: '-tags.html',
  conll: '-tags.conll',
  conllu: '-tags.conllu',
  jsonl: '-tags.jsonl',
  doccano: '-doccano.jsonl',
  prodigy: '-prodigy.jsonl',
  labelstudio: '-labelstudio.json',
}
/** Of a page that nobody reads on a terminal. */
const COLUMNS = 100
const PLAIN = { bold: String, dim: String, good: String }

/** Throws 'noFile', what loadModel throws, and 'notAnnotated' naming file and line where the text is at fault; then no file is made. */
export async function saveTagged(
  { store, taggers, uploads }: ApiContext,
  request: z.output<(typeof taggingRequests)['tag.save']>,
): Promise<TaggingResults['tag.save']> {
  const { run, method, tasks, file, format, tokens, output, confidence } = request
  const { path, name } = uploads.get(file)
  const tagger = await taggers.taggerFor(run, { method, tasks })
  const { info } = tagger
  const offsets = request.offsets ?? (isTool(output) ? UNIT_OF[output] : 'codePoints')
  const writing = {
    format: output,
    tasks: info.tasks,
    config: store.getRun(info.run).config,
    offsets,
    columns: COLUMNS,
    paint: PLAIN,
  }
  const writer = toolWriter({ ...writing, version: `${info.name}, ${info.method}` }) ?? writerFor(writing)
  const made = await textFile(uploads, `${basename(name, extname(name))}${ENDINGS[output]}`, async (write) => {
    const options = {
      input: { format, words: 0, name, tokeniser: tagger.tokeniser(tokens) },
      withConfidence: confidence || output === 'labelstudio',
      scheme: 'asTrained' as const,
      writer,
    }
    const counts = await tagStream(tagger, fileBytes(path), options, write).catch((error: Error) => {
      throw new DatasetError('notAnnotated', error.message)
    })
    if (writer.end !== undefined) await write(writer.end())
    return counts
  })
  return {
    ...made,
    hint:
      output === 'labelstudio'
        ? labellingSetUp(info.tasks.map((task) => ({ name: task.name, labels: labelsOf(task) })))
        : null,
  }
}
