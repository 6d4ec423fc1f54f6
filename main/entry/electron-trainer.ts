/** Starts the training process as a utility process of Electron. */
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import type { FromTrainer } from '../trainer/messages.ts'
import { collectStderrTail } from '../trainer/stderrTail.ts'
import type { LaunchTrainer } from '../trainer/types.ts'

const ENTRY = fileURLToPath(new URL('./trainer.ts', import.meta.url))

export const electronTrainer: LaunchTrainer = ({ quiet = false } = {}) => {
  const child = utilityProcess.fork(ENTRY, [], {
    serviceName: 'Sparse Sharing Studio: training',
    stdio: quiet ? 'pipe' : 'inherit',
  })
  const stderrTail = collectStderrTail(child.stderr)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', (message: FromTrainer) => listener(message)),
    onExit: (listener) => void ended.then(listener),
    kill() {
      // Electron's kill sends SIGTERM, on which the training would stop at a checkpoint first.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    },
    stderrTail,
  }
}
