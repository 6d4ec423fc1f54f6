/** Writes a tagged text as a file of any format that the command line writes. */
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
import type { Tagger } from '../../tagger/tagger.ts'
import { withCode } from '../datasets/errors.ts'
import type { HeldFile } from '../datasets/uploads.ts'
import type { ApiContext } from '../types.ts'

type SaveRequest = z.output<(typeof taggingRequests)['tag.save']>

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
/** Width of text output, in columns. */
const COLUMNS = 100
const PLAIN = { bold: String, dim: String, good: String }

/**
 * Throws 'noFile', 'notReadable', what loadModel throws, and 'notAnnotated' with file and line where the text has a
 * problem; then no file is written.
 */
export function saveTagged(
  { store, taggers, uploads }: Pick<ApiContext, 'store' | 'taggers' | 'uploads'>,
  request: SaveRequest,
  signal: AbortSignal,
): Promise<TaggingResults['tag.save']> {
  const { run, method, tasks } = request
  return uploads.hold([request.file], 'read', ([text]) =>
    taggers.use(run, { method, tasks }, (tagger) => write({ store, uploads, tagger, text, request, signal })),
  )
}

interface Job extends Pick<ApiContext, 'store' | 'uploads'> {
  tagger: Tagger
  text: HeldFile
  request: SaveRequest
  signal: AbortSignal
}

async function write({ store, uploads, tagger, text, request, signal }: Job): Promise<TaggingResults['tag.save']> {
  const { format, tokens, output, confidence } = request
  const { path, name } = text
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
    const counts = await withCode('notAnnotated', () =>
      tagStream(tagger, fileBytes(path), options, (part) => {
        signal.throwIfAborted()
        return write(part)
      }),
    )
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
