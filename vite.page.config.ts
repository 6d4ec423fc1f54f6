/** Builds only the page of the studio, for `sparse-sharing serve` in a working copy. */
import { fileURLToPath } from 'node:url'
import { pageConfig } from './packaging/bundle.ts'

export default pageConfig(fileURLToPath(new URL('dist/page/', import.meta.url)))
