import type { ApiContext, HandlersOf } from '../types.ts'

export function configHandlers(_context: ApiContext): HandlersOf<'config'> {
  const later = () => { throw new Error('not built yet') }
  return { 'config.settings': later, 'config.check': later, 'config.toFile': later, 'config.fromFile': later }
}
