/** A small annotation project. Without the test runner, because the programs in processes/ use it too. */
import type { NewProject } from '../../main/store/annotation/types.ts'
import { labelNamed, type SuggestingModel } from '../../shared/annotation/project.ts'
import type { Sentence } from '../../shared/tags/tagging.ts'

export const MODEL: SuggestingModel = { run: 'run-1', name: 'first', method: 'sparse' }

export function project(sentences: Sentence[]): NewProject {
  const tasks: NewProject['tasks'] = [
    { name: 'pos', kind: 'token', labels: ['N', 'V'].map(labelNamed) },
    { name: 'np', kind: 'span', labels: ['NP'].map(labelNamed) },
  ]
  return {
    id: 'p',
    name: 'news',
    sources: [{ kind: 'file', name: 'news.txt', sentences: sentences.length }],
    tasks,
    model: MODEL,
    sentences: sentences.map((sentence) => ({ sentence, document: null, given: null })),
  }
}
