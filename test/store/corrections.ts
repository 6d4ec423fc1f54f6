/** A small correction project. Without the test runner, because the programs in processes/ use it too. */
import type { NewCorrection } from '../../main/store/corrections/types.ts'
import type { SuggestingModel } from '../../shared/annotation/correcting.ts'
import type { Sentence } from '../../shared/tags/tagging.ts'

export const MODEL: SuggestingModel = { run: 'run-1', name: 'first', method: 'sparse' }

export function project(sentences: Sentence[]): NewCorrection {
  const tasks: NewCorrection['tasks'] = [
    { name: 'pos', kind: 'token', labels: ['N', 'V'] },
    { name: 'np', kind: 'span', labels: ['NP'] },
  ]
  return { id: 'p', name: 'news', source: { kind: 'file', name: 'news.txt' }, tasks, model: MODEL, sentences }
}
