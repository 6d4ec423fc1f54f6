import type { ApiContext, HandlersOf } from '../types.ts'

export function datasetHandlers(_context: ApiContext): HandlersOf<'datasets' | 'files'> {
  const later = () => { throw new Error('not built yet') }
  return {
    'datasets.list': () => [], 'datasets.get': later, 'datasets.rename': later, 'datasets.delete': later, 'datasets.inspect': later, 'datasets.import': later,
    'files.begin': later, 'files.append': later, 'files.end': later, 'files.open': later, 'files.drop': later,
  }
}
