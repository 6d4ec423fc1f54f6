/** Before all tests: creates a folder for the built page, so that one test file builds it for all. Removed afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-shared-page-'))
  process.env.SPARSE_SHARING_TEST_PAGE = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
