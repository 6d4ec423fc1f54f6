/** The counts of each test sentence that runs kept: what tests of significance are made from. */
import type { Counts } from '../../shared/runs/bootstrap.ts'
import type { Method } from '../../shared/settings/methods.ts'
import { RUN_ARTIFACTS, testCountsName } from '../store/artifacts.ts'
import type { Store } from '../store/types.ts'

/** By method and task: one array for each of the runs that has one. */
export function testCounts(store: Store, runs: readonly string[]): (method: Method, task: string) => Counts {
  const counts = runs.map((run) => store.loadArtifact(run, null, RUN_ARTIFACTS.testCounts) ?? {})
  return (method, task) => counts.flatMap((bundle) => (bundle[testCountsName(method, task)]?.data as Int32Array) ?? [])
}
