/** Opens the database given first, adds a run and exits. */
import { openStore } from '../../../main/store/index.ts'
import { newRun } from '../records.ts'

const store = openStore(process.argv[2])
store.createRun(newRun())
store.close()
