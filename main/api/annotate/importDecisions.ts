/** Adds another person's decisions from a file. They are matched to sentences by their text. */
import { readDecisions, type DecisionsFile } from '../../annotation/decisions.ts'
import type { Store } from '../../store/types.ts'
import { AnnotateError } from './errors.ts'

/** Throws AnnotateError 'noDecision', and an Error with file and line. */
export async function importDecisions(
  store: Store,
  project: string,
  {
    annotator,
    tasks: sources,
    ...file
  }: Omit<DecisionsFile, 'sources'> & { annotator?: string | undefined; tasks?: DecisionsFile['sources'] },
): Promise<{ annotator: string; matched: number; missing: number; problems: string[] }> {
  const { annotation } = store
  const { tasks, name } = annotation.get(project)
  if (tasks.length === 0)
    throw new AnnotateError('noDecision', `${name} has no task yet, so nothing can be decided in it: add one first.`)
  const by = annotator || file.name.replace(/(\.\w{1,8}){1,2}$/, '')
  let read: Awaited<ReturnType<typeof readDecisions>>
  try {
    read = await readDecisions({ ...file, sources }, tasks, annotation.sentences(project))
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) throw new AnnotateError('noDecision', error.message)
    throw error
  }
  if (read.decisions.length === 0)
    throw new AnnotateError(
      'noDecision',
      `${file.name}: found ${read.missing} sentences, none of which ${name} has: was it made from the same text?`,
    )
  annotation.importDecisions(project, by, read.decisions)
  return { annotator: by, matched: read.decisions.length, missing: read.missing, problems: read.problems }
}
