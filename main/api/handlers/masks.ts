import type { ApiContext, HandlersOf } from '../types.ts'

export function maskHandlers(_context: ApiContext): HandlersOf<'masks'> {
  const later = () => { throw new Error('not built yet') }
  return { 'masks.list': later, 'masks.compare': later, 'masks.weights': later }
}
