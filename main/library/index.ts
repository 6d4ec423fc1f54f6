/** The programmatic interface of the package: tagging, converting, reading masks. */
import './node.ts'

export type * from './types.ts'
export { openTagger } from './tagger.ts'
export { convert } from './convert.ts'
export { readMasks } from './masks.ts'
