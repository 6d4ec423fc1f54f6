/** Writes predictions of the tagger in the formats of annotation tools, so that people can correct them there. */
import { isTool, type Tool } from '../../shared/annotation/annotation.ts'
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { SentenceWriter, WriterOptions } from '../tagger/writers.ts'
import { writeDoccano } from './doccano.ts'
import { writeLabelStudio } from './labelStudio.ts'
import { writeProdigy } from './prodigy.ts'
import type { Annotated, CharSpan, TaskKind } from './types.ts'

/** The writer of an annotation tool's format; null for other formats. `version` names the model of the predictions. */
export function toolWriter({
  format,
  tasks,
  offsets,
  version,
}: Pick<WriterOptions, 'format' | 'tasks' | 'offsets'> & { version: string }): SentenceWriter | null {
  if (!isTool(format)) return null
  const kinds = new Map(tasks.map(({ name, kind }) => [name, kind]))
  const record = recordWriter(format, kinds, offsets, version)
  if (format !== 'labelstudio') return (tagged) => `${JSON.stringify(record(tagged))}\n`
  let first = true
  const write = (tagged: TaggedSentence) => {
    const text = `${first ? '[\n' : ',\n'}${JSON.stringify(record(tagged))}`
    first = false
    return text
  }
  return Object.assign(write, { end: () => (first ? '[]\n' : '\n]\n') })
}

function recordWriter(
  tool: Tool,
  kinds: ReadonlyMap<string, TaskKind>,
  unit: WriterOptions['offsets'],
  version: string,
): (tagged: TaggedSentence) => object {
  switch (tool) {
    case 'doccano':
      return (tagged) => writeDoccano(annotated(tagged), kinds, unit)
    case 'prodigy':
      return (tagged) => writeProdigy(annotated(tagged), kinds, unit, false)
    case 'labelstudio':
      return (tagged) => writeLabelStudio(annotated(tagged), kinds, unit, { version, score: leastConfidence(tagged) })
  }
}

/** Converts a tagged sentence to the common representation. */
export function annotated({ sentence, tasks }: TaggedSentence): Annotated {
  const { text, offsets, start } = sentence
  const spans = tasks.map(({ task, tags, confidence, spans: found }): [string, CharSpan[]] => {
    const place = (from: number, to: number) => ({ start: offsets[2 * from], end: offsets[2 * to - 1] })
    const scored = (score: number | null) => (score === null ? {} : { score: Math.round(score * 1e4) / 1e4 })
    if (found === null)
      return [task, tags.map((label, t) => ({ ...place(t, t + 1), label, ...scored(confidence && confidence[t]) }))]
    return [
      task,
      found.map(({ type, from, to, confidence: least }) => ({
        ...place(from, to),
        label: type || task,
        ...scored(least),
      })),
    ]
  })
  return {
    line: 0,
    text,
    tokens: offsets,
    sentences: [0],
    spans: new Map(spans),
    meta: start === null ? {} : { start: start.utf16 },
  }
}

/**
 * The lowest confidence in a sentence, including that of tokens without a span. Label Studio can sort its tasks by it.
 */
function leastConfidence({ tasks }: TaggedSentence): number | null {
  const all = tasks.flatMap(({ confidence }) => confidence ?? [])
  return all.length === 0 ? null : Math.round(Math.min(...all) * 1e4) / 1e4
}
