/** Writes decided sentences as rows of a corpus file. */
import type { Answer } from '../../../shared/annotation/project.ts'
import { tagsOfAnswer } from '../../../shared/annotation/project.ts'
import type { Sentence, SentenceTags, TaggedTask } from '../../../shared/tags/tagging.ts'
import { DOCUMENT_START } from '../../data/conllLayout.ts'
import { NO_VALUE } from '../../data/conllu.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import { conlluWriter } from '../../tagger/conlluWriter.ts'
import { conlluColumn, type TaskColumn } from './columns.ts'
import { AnnotateError } from './errors.ts'

/** Columns of a CoNLL file: their number, their separator, the column of the words. */
export interface Layout {
  columns: number
  separator: 'tab' | 'spaces'
  words: number
}

/** Returns the text of one sentence, including the blank line after it. */
export type RowWriter = (decided: DecidedSentence) => string

/** The writer throws AnnotateError 'noVersion' for a sentence that CoNLL columns cannot represent. */
export function conllWriter({ columns, separator, words }: Layout, tasks: readonly TaskColumn[]): RowWriter {
  const apart = separator === 'tab' ? '\t' : ' '
  // In a file separated by spaces, a space within a word would start a new column.
  const inField = (text: string) =>
    separator === 'tab' ? text.replace(/[\t\r\n]/g, ' ') : text.replace(/\s/g, '\u00a0')
  return ({ sentence, answers }) => {
    if (sentence.words.includes(DOCUMENT_START))
      throw new AnnotateError(
        'noVersion',
        `A sentence has the word ${DOCUMENT_START}, which separates documents in CoNLL columns: skip that sentence.`,
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

/** Rows that were read from CoNLL-U keep their other columns. */
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
