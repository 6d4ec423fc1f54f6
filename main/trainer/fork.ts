/** Starts the training process as a fork of this Node: for the loopback door, the command line and the tests. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromTrainer } from './messages.ts'
import { keepLast } from './stderrTail.ts'
import type { LaunchTrainer } from './types.ts'

const ENTRY = fileURLToPath(new URL('../entry/trainer.ts', import.meta.url))
/** Not what this process was started with: a debugger's port, or a test runner's loader, is for one process. */
const FLAGS = ['--disable-warning=ExperimentalWarning']

export const forkTrainer: LaunchTrainer = ({ quiet = false } = {}) => {
  // Its messages are plain data, but metrics may be NaN or infinite: JSON would lose them.
  const child = fork(ENTRY, [], {
    serialization: 'advanced',
    execArgv: FLAGS,
    stdio: ['ignore', 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
  })
  const heard = keepLast(child.stderr)
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code))
    // Told of a process that could not be started as well, which has no exit.
    child.on('error', () => child.pid === undefined && resolve(null))
  })
  return {
    // A process may end while one speaks to it: its exit says so.
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromTrainer)),
    onExit: (listener) => void ended.then(listener),
    kill: () => void child.kill('SIGKILL'),
    stderrTail: heard,
  }
}
