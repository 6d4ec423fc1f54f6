/** Starts the training process as a fork of this Node: for the loopback server, the command line and the tests. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromTrainer } from './messages.ts'
import { collectStderrTail } from './stderrTail.ts'
import type { LaunchTrainer } from './types.ts'

const ENTRY = fileURLToPath(new URL('../entry/trainer.ts', import.meta.url))
/** Not the flags of this process: a debugger's port or a test runner's loader must not be inherited. */
const FLAGS = ['--disable-warning=ExperimentalWarning']

export const forkTrainer: LaunchTrainer = ({ quiet = false } = {}) => {
  // Messages are plain data, but metrics may be NaN or infinite, which JSON cannot represent.
  const child = fork(ENTRY, [], {
    serialization: 'advanced',
    execArgv: FLAGS,
    stdio: ['ignore', 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
  })
  const stderrTail = collectStderrTail(child.stderr)
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code))
    // A process that could not be started emits `error` and never `exit`.
    child.on('error', () => child.pid === undefined && resolve(null))
  })
  return {
    // The process may end while a message is being sent; its exit is reported by onExit.
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromTrainer)),
    onExit: (listener) => void ended.then(listener),
    kill: () => void child.kill('SIGKILL'),
    stderrTail,
  }
}
