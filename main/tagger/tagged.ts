/** From the tag ids of a network to sentences with tags and spans. */
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { SchemeOut, Sentence, TaggedSpan, TaggedTask } from '../../shared/tags/tagging.ts'
import { convertTagIds, tagTable, visitSpans, type TagTable } from '../../shared/tags/tags.ts'
import type { TaskTags } from './engine.ts'

/** The sentences with their tags, for every task. Span tags are written in `scheme` and are well-formed. */
export function taggedSentences(
  sentences: readonly Sentence[],
  tags: readonly TaskTags[],
  tasks: readonly TaggedTask[],
  scheme: SchemeOut,
): TaggedSentence[] {
  const sentenceStart = new Int32Array(sentences.length + 1)
  sentences.forEach(({ words }, s) => (sentenceStart[s + 1] = sentenceStart[s] + words.length))
  const all = tags.map(({ task, ids, confidence }) => {
    const described = tasks.find(({ name }) => name === task)!
    const readable =
      described.kind === 'span' ? inScheme(described, ids, sentenceStart, scheme) : { names: described.tagNames, ids }
    return { task, ...readable, confidence, spans: described.kind === 'span' ? tagTable(readable.names) : null }
  })
  return sentences.map((sentence, s) => {
    const [from, to] = [sentenceStart[s], sentenceStart[s + 1]]
    return {
      sentence,
      tasks: all.map(({ task, names, ids, confidence, spans }) => ({
        task,
        tags: namesOf(names, ids, from, to),
        confidence: confidence && Array.from(confidence.subarray(from, to)),
        spans: spans && spansIn(spans, ids, from, to, confidence),
      })),
    }
  })
}

/** A loop, because this takes a noticeable part of the time when large files are tagged. */
function namesOf(names: string[], ids: Int32Array, from: number, to: number): string[] {
  const tags = new Array<string>(to - from)
  for (let i = from; i < to; i++) tags[i - from] = names[ids[i]]
  return tags
}

/**
 * Well-formed tags with the same spans. Conversion repairs ill-formed sequences by the rules that scores count spans
 * by.
 */
function inScheme(
  { tagNames, scheme: trained }: TaggedTask,
  ids: Int32Array,
  sentenceStart: Int32Array,
  scheme: SchemeOut,
) {
  const to = scheme === 'asTrained' ? trained : scheme
  return to === null ? { names: tagNames, ids } : convertTagIds(tagNames, ids, sentenceStart, to)
}

function spansIn(
  table: TagTable,
  ids: Int32Array,
  from: number,
  to: number,
  confidence: Float32Array | null,
): TaggedSpan[] {
  const spans: TaggedSpan[] = []
  visitSpans(table, ids, from, to, (type, start, end) => {
    const least = confidence === null ? null : confidence.subarray(start, end).reduce((a, b) => Math.min(a, b))
    spans.push({ type: table.types[type], from: start - from, to: end - from, confidence: least })
  })
  return spans
}
