/**
 * Runs the newest run of a database (first argument) to its end. Prints a line at every event, so that a test can kill
 * it there.
 */
import { writeSync } from 'node:fs'
import { runExperiment, RunControl } from '../../../main/experiment/lifecycle.ts'
import { openStore } from '../../../main/store/index.ts'

const store = openStore(process.argv[2])
const { id } = store.getRun('last')
await runExperiment(store, id, {
  control: new RunControl(),
  checkpointSeconds: 0.02,
  onEvent: ({ type }) => void writeSync(1, `${type}\n`),
})
store.close()
