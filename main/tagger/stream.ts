/** Reads, tags and writes a whole input in pieces, in order and with bounded memory. */
import type { SchemeOut, Sentence, TagCounts } from '../../shared/tags/tagging.ts'
import type { ReaderOptions } from './readers.ts'
import { sentenceGroups } from './source.ts'
import { taggedSentences } from './tagged.ts'
import type { Tagger } from './tagger.ts'
import type { SentenceWriter } from './writers.ts'

/**
 * Tokens per piece: enough to fill batches with sentences of similar length, few enough that all threads finish
 * together.
 */
const TOKENS = 16_000

export interface StreamOptions {
  input: ReaderOptions
  withConfidence: boolean
  scheme: SchemeOut
  writer: SentenceWriter
}

/**
 * Tags all of `chunks`. `write` receives the output in order and is awaited. Throws what reading, tagging and writing
 * throw.
 */
export async function tagStream(
  tagger: Tagger,
  chunks: AsyncIterable<Uint8Array>,
  options: StreamOptions,
  write: (text: string) => Promise<void>,
): Promise<TagCounts> {
  const counts: TagCounts = { sentences: 0, tokens: 0, seconds: 0 }
  let began: number | null = null
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  const pieces = sentencePieces(chunks, options.input)
  const pending: Promise<void>[] = []
  let before: Promise<void> = Promise.resolve()
  for (;;) {
    // On a terminal the next input may never come, so a failure ends the wait.
    const next = await Promise.race([pieces.next(), failure.promise])
    if (next.done) break
    began ??= performance.now()
    const sentences = next.value
    const tags = tagger.tag(sentences, options.withConfidence)
    before = Promise.all([tags, before]).then(([found]) => {
      const text = taggedSentences(sentences, found, tagger.info.tasks, options.scheme).map(options.writer).join('')
      counts.sentences += sentences.length
      counts.tokens += found[0]?.ids.length ?? 0
      return write(text)
    })
    before.catch(failure.reject)
    // Two pieces per thread: one being tagged, one waiting.
    if (pending.push(before) >= 2 * tagger.width) await pending.shift()
  }
  await before
  if (began !== null) counts.seconds = (performance.now() - began) / 1000
  return counts
}

/** Sentences in pieces of about TOKENS tokens. A piece is passed on when the input pauses, even if it is smaller. */
async function* sentencePieces(chunks: AsyncIterable<Uint8Array>, input: ReaderOptions): AsyncGenerator<Sentence[]> {
  for await (const group of sentenceGroups(chunks, input)) {
    let tokens = 0
    let from = 0
    for (let s = 0; s < group.length; s++) {
      tokens += group[s].words.length
      if (tokens < TOKENS && s + 1 < group.length) continue
      yield group.slice(from, s + 1)
      from = s + 1
      tokens = 0
    }
  }
}
