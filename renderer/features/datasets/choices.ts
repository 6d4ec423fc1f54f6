/** The user's choices for the columns of a corpus: words, tasks, and how tags are read. No DOM. */
import type { ColumnInfo, Corpus, CorpusLayout, Inspection } from '../../../shared/protocol/requests/datasets.ts'
import type { TagScheme } from '../../../shared/tags/tags.ts'

export const SCHEMES: TagScheme[] = ['IOB1', 'IOB2', 'BIOES', 'BILOU']

export const FORMAT_NAMES: Record<Corpus['format'], string> = {
  conll: 'CoNLL columns',
  conllu: 'CoNLL-U',
  conll2012: 'CoNLL-2012',
}

export interface ColumnChoice {
  info: ColumnInfo
  role: 'words' | 'task' | 'ignore'
  /** The name of the task. */
  name: string
  /** How its tags are read: as labels of tokens, or as spans in a scheme. */
  reading: 'token' | TagScheme
}

/** The choices suggested by the inspection. */
export function choicesOf({ columns }: Inspection): ColumnChoice[] {
  return columns.map((info) => ({
    info,
    role: info.role === 'words' ? 'words' : info.role === 'tags' ? 'task' : 'ignore',
    name: info.guess?.name ?? nameOf(info),
    reading: info.guess?.scheme ?? 'token',
  }))
}

function nameOf({ column }: ColumnInfo): string {
  return typeof column === 'number'
    ? `column${column}`
    : column
        .replace(/^MISC:/, '')
        .toLowerCase()
        .replace(/[^\w-]/g, '_')
}

/** Makes a column the words; the previous one is ignored from then on. */
export function chooseWords(choices: ColumnChoice[], chosen: ColumnChoice): void {
  for (const choice of choices) if (choice.role === 'words' && choice !== chosen) choice.role = 'ignore'
  chosen.role = 'words'
}

/** Problems with the names of tasks, by column. */
export function nameProblems(choices: ColumnChoice[]): Map<number | string, string> {
  const problems = new Map<number | string, string>()
  const tasks = choices.filter(({ role }) => role === 'task')
  for (const { info, name } of tasks) {
    if (!/^[\w-]{1,100}$/.test(name))
      problems.set(info.column, name === '' ? 'Needs a name.' : 'Letters, digits, _ and - only.')
    else if (tasks.filter((other) => other.name === name).length > 1)
      problems.set(info.column, 'Another task has this name.')
  }
  return problems
}

/** The layout for requests to the program. */
export function layoutOf(
  files: CorpusLayout['files'],
  { format, words }: Inspection,
  choices: ColumnChoice[],
): CorpusLayout {
  const tasks = choices
    .filter(({ role }) => role === 'task')
    .map(({ info, name, reading }): CorpusLayout['tasks'][number] => ({
      name,
      column: info.column,
      kind: reading === 'token' ? 'token' : 'span',
      scheme: reading === 'token' ? 'auto' : reading,
    }))
  return { files, format, words: choices.find(({ role }) => role === 'words')?.info.column ?? words, tasks }
}

/** The text of a token in a column; for a key of MISC, its value. */
export function cellOf(fields: string[], { column, index }: ColumnInfo): string {
  const field = fields[index] ?? ''
  if (!String(column).startsWith('MISC:')) return field
  const prefix = `${String(column).slice(5)}=`
  return (
    field
      .split('|')
      .find((part) => part.startsWith(prefix))
      ?.slice(prefix.length) ?? '_'
  )
}
