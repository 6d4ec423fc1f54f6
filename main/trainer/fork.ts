/** Starts the training process as a fork of this Node: for the loopback door, the command line and the tests. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { FromTrainer } from './messages.ts'
import type { LaunchTrainer } from './types.ts'

const ENTRY = fileURLToPath(new URL('../entry/trainer.ts', import.meta.url))

export const forkTrainer: LaunchTrainer = () => {
  // Its messages are plain data, but metrics may be NaN or infinite: JSON would lose them.
  const child = fork(ENTRY, [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    send: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromTrainer)),
    onExit: (listener) => void child.on('exit', (code) => listener(code)),
    kill: () => void child.kill('SIGKILL'),
  }
}
