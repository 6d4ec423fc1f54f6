import type { ApiContext, HandlersOf } from '../types.ts'

export function trainingHandlers(_context: ApiContext): HandlersOf<'training'> {
  const later = () => { throw new Error('not built yet') }
  return {
    'training.start': later, 'training.resume': later, 'training.pause': later, 'training.unpause': later, 'training.stop': later,
    'training.active': () => [], 'training.estimate': later,
  }
}
