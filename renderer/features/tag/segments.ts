/** A sentence in segments: its spans, and the text between them. No DOM. */
import type { TaggedText } from '../../../shared/protocol/requests/tagging.ts'
import type { TaggedSpan } from '../../../shared/tags/tagging.ts'

export interface Segment {
  text: string
  span: TaggedSpan | null
}

/** Joined, the texts are the sentence. Spans must be in order and must not overlap, as those of one task. */
export function segmentsOf(
  { text, offsets }: Pick<TaggedText, 'text' | 'offsets'>,
  spans: readonly TaggedSpan[],
): Segment[] {
  const segments: Segment[] = []
  let at = 0
  const until = (end: number, span: TaggedSpan | null) => {
    if (end > at) segments.push({ text: text.slice(at, end), span })
    at = end
  }
  for (const span of spans) {
    until(offsets[span.from][0], null)
    until(offsets[span.to - 1][1], span)
  }
  until(text.length, null)
  return segments
}
