/** Decided sentences as rows of a corpus file. */
import type { Answer } from '../../../shared/annotation/correcting.ts'
import { tagsOfAnswer } from '../../../shared/annotation/correcting.ts'
import type { Sentence, SentenceTags, TaggedTask } from '../../../shared/tags/tagging.ts'
import { DOCUMENT_START } from '../../data/conllLayout.ts'
import { NO_VALUE } from '../../data/conllu.ts'
import type { DecidedSentence } from '../../store/corrections/types.ts'
import { conlluWriter } from '../../tagger/conlluWriter.ts'
import { conlluColumn, type TaskColumn } from './columns.ts'
import { CorrectionError } from './errors.ts'

/** Columns of a CoNLL file: how many, apart by what, the words in which. */
export interface Layout {
  columns: number
  separator: 'tab' | 'spaces'
  words: number
}

/** Text of one sentence, blank line included. */
export type RowWriter = (decided: DecidedSentence) => string

/** Throws CorrectionError 'noVersion' for a sentence that CoNLL columns cannot hold. */
export function conllWriter({ columns, separator, words }: Layout, tasks: readonly TaskColumn[]): RowWriter {
  const apart = separator === 'tab' ? '\t' : ' '
  // A space within a word would be a border of columns where those are apart by spaces.
  const inField = (text: string) =>
    separator === 'tab' ? text.replace(/[\t\r\n]/g, ' ') : text.replace(/\s/g, '\u00a0')
  return ({ sentence, answers }) => {
    if (sentence.words.includes(DOCUMENT_START))
      throw new CorrectionError(
        'noVersion',
        `A sentence has the word ${DOCUMENT_START}, which parts documents in CoNLL columns: skip it.`,
      )
    const tags = tasks.map(({ task, column }) => tagsOf(answers, task.name, sentence, column.scheme))
    const rows = sentence.words.map((word, t) => {
      const fields = new Array<string>(columns).fill(NO_VALUE)
      fields[words] = inField(word)
      tasks.forEach(({ column }, i) => (fields[Number(column.column)] = inField(tags[i][t])))
      return fields.join(apart)
    })
    return `${rows.join('\n')}\n\n`
  }
}

/** Rows that came from CoNLL-U keep what else they say. */
export function conlluRows(tasks: readonly TaskColumn[]): RowWriter {
  const described = tasks.map(({ task, column }): TaggedTask => ({
    name: task.name,
    kind: task.kind,
    scheme: column.scheme,
    tagNames: [],
  }))
  const write = conlluWriter({
    tasks: described,
    config: {
      tasks: Object.fromEntries(tasks.map(({ task, column }) => [task.name, { tags: conlluColumn(column.column) }])),
    },
  })
  return ({ sentence, answers }) =>
    write({
      sentence,
      tasks: tasks.map(({ task, column }): SentenceTags => ({
        task: task.name,
        tags: tagsOf(answers, task.name, sentence, column.scheme),
        confidence: null,
        spans: task.kind === 'span' ? [] : null,
      })),
    })
}

function tagsOf(
  answers: readonly Answer[],
  task: string,
  { words }: Sentence,
  scheme: TaskColumn['column']['scheme'],
): string[] {
  return tagsOfAnswer(
    answers.find((answer) => answer.task === task)!,
    words.length,
    scheme ?? 'IOB2',
  )
}
