/** The training process. Started by trainer/fork.ts or as Electron's utility process. */
import { parentPort } from '../trainer/port.ts'
import { serveTrainer } from '../trainer/process.ts'

const { stop } = serveTrainer(parentPort(), () => process.exit(0))

// A terminal sends Ctrl-C and its hang-up to all its processes: the parent receives them too and decides.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('SIGTERM', stop)
