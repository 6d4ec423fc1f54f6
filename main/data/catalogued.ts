/** Reads a file of the catalogue of corpora. */
import type { Corpus, CorpusFile, CorpusTask } from '../../shared/protocol/requests/datasets.ts'
import type { ColumnTable } from './columns.ts'
import { IssueList } from './problems.ts'
import { readColumns } from './read.ts'

/** Words and the columns of these tasks. Throws a DataError with file and line. */
export async function readCorpusTable(
  { format, words }: Pick<Corpus, 'format' | 'words'>,
  { path, name }: Pick<CorpusFile, 'path' | 'name'>,
  tasks: readonly CorpusTask[],
): Promise<ColumnTable> {
  const issues = new IssueList()
  const request = {
    words: String(words),
    tags: tasks.map(({ name, column }) => ({ key: String(column), tasks: [name] })),
  }
  const read = await readColumns(path, name, { format }, request, issues)
  issues.throwIfErrors()
  return read!.table
}
