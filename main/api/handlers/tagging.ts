/** Handlers that tag text. The computation runs in a thread of its own. */
import type { TaggedText } from '../../../shared/protocol/requests/tagging.ts'
import type { TaggedSentence } from '../../../shared/tags/taggedText.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { saveTagged } from '../tagging/save.ts'
import { choicesOf } from '../../tagger/model.ts'
import { sentencesOf } from '../../tagger/readers.ts'
import { taggedSentences } from '../../tagger/tagged.ts'
import { withCode } from '../datasets/errors.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function taggingHandlers(context: ApiContext): HandlersOf<'tag'> {
  const { store, taggers } = context
  return {
    'tag.run': ({ run }) => choicesOf(store, run),
    'tag.sentences': ({ run, method, tasks, text, format, tokens }) =>
      withCode('nothing', () =>
        taggers.use(run, { method, tasks }, async (tagger) => {
          const sentences: Sentence[] = sentencesOf(text, format, tagger.tokeniser(tokens))
          const tags = await tagger.tag(sentences, true)
          return {
            tagger: tagger.info,
            sentences: taggedSentences(sentences, tags, tagger.info.tasks, 'asTrained').map(plain),
          }
        }),
      ),
    'tag.save': (request, signal) => withCode('nothing', () => saveTagged(context, request, signal)),
  }
}

/** As JSON represents it. */
function plain({ sentence: { text, start, words, offsets }, tasks }: TaggedSentence): TaggedText {
  return {
    text,
    start: start?.utf16 ?? null,
    words,
    offsets: words.map((_, t) => [offsets[2 * t], offsets[2 * t + 1]]),
    tasks,
  }
}
