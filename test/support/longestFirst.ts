/** The order of test files: the longest first, so that no worker ends alone with one of them. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** In this order; all others come after them, by what vitest remembers of the last run, else by size. */
const LONG = [
  'entry/package',
  'renderer/runs',
  'renderer/run',
  'renderer/tag',
  'renderer/datasets',
  'renderer/explorer',
  'renderer/suggestions',
  'api/training',
  'e2e/',
  'export/foreign',
  'store/durability',
  'api/annotateSeries',
  'renderer/',
  'experiment/',
  'cli/',
]

const rankOf = ({ moduleId }: TestSpecification) => {
  const rank = LONG.findIndex((part) => moduleId.includes(`/test/${part}${part.endsWith('/') ? '' : '.test.ts'}`))
  return rank === -1 ? LONG.length : rank
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
