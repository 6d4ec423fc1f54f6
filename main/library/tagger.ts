/** Tags text with a trained model. */
import { sentenceOfWords, type Sentence } from '../../shared/tags/tagging.ts'
import { sentencesOf } from '../tagger/readers.ts'
import { taggedSentences } from '../tagger/tagged.ts'
import { Tagger as TaggerOfThreads } from '../tagger/tagger.ts'
import { readModel } from './source.ts'
import type { ModelSource, TaggedSentence, Tagger, TaggerOptions } from './types.ts'

/**
 * Loads a model and starts its first thread. Close the tagger, or declare it with `await using`. Rejects with an Error
 * that says what the run or the file lacks.
 */
export async function openTagger(source: ModelSource, options: TaggerOptions = {}): Promise<Tagger> {
  const { threads = 0, tokens = 'auto', onWarning = () => {} } = options
  const { model, warning } = readModel(source, options)
  if (warning !== null) onWarning(warning)
  const tagger = new TaggerOfThreads(model, { threads, warn: onWarning })
  try {
    const tokeniser = tagger.tokeniser(tokens)
    await tagger.loaded
    const { run, name, method, tasks } = tagger.info
    return {
      run,
      name,
      method,
      tasks: tasks.map(({ name, kind, tagNames }) => ({ name, kind, tags: tagNames })),
      tag: async (text) => tagged(tagger, sentencesOf(text, 'text', tokeniser)),
      tagTokens: async (sentences) => tagged(tagger, sentences.map(sentenceOf)),
      close: () => tagger.close(),
      [Symbol.asyncDispose]: () => tagger.close(),
    }
  } catch (error) {
    await tagger.close()
    throw error
  }
}

function sentenceOf(words: readonly string[], s: number): Sentence {
  const given: unknown = words
  if (!Array.isArray(given) || !given.every((word) => typeof word === 'string' && word !== ''))
    throw new TypeError(`sentences[${s}]: expected an array of words, none of them empty`)
  return sentenceOfWords([...words])
}

async function tagged(tagger: TaggerOfThreads, given: readonly Sentence[]): Promise<TaggedSentence[]> {
  const sentences = given.filter(({ words }) => words.length > 0)
  const found = sentences.length === 0 ? [] : await tagger.tag(sentences, true)
  const results = taggedSentences(sentences, found, tagger.info.tasks, 'asTrained').map(({ sentence, tasks }) => ({
    text: sentence.text,
    tokens: sentence.words.map((text, i) => ({
      text,
      start: sentence.offsets[2 * i],
      end: sentence.offsets[2 * i + 1],
    })),
    tasks: tasks.map(({ task, tags, confidence, spans }) => ({
      task,
      tags,
      confidence: confidence!,
      spans: (spans ?? []).map((span) => ({ ...span, confidence: span.confidence! })),
    })),
  }))
  // A sentence without words stays in its place, so that results and sentences have the same numbers.
  let next = 0
  return given.map(({ text, words }) => (words.length > 0 ? results[next++] : { text, tokens: [], tasks: [] }))
}
