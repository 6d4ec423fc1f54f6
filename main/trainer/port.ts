/** The connection from a training process to its parent: Node's fork or Electron's utility process. */
import type { FromTrainer, ToTrainer } from './messages.ts'
import type { ParentPort } from './types.ts'

/** `process.parentPort` of Electron's utility process. Declared here, because this file must run without Electron. */
interface UtilityPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(message: unknown): void
}

/** Throws an Error where the process has no parent to talk to. */
export function parentPort(): ParentPort {
  const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort
  if (utility !== undefined) return utilityPort(utility)
  if (process.send === undefined)
    throw new Error(
      'This process trains for the studio, which starts it. On the command line use: sparse-sharing train.',
    )
  return {
    // Errors are ignored: a parent that has ended disconnects.
    send: (message: FromTrainer) => void (process.connected && process.send!(message, undefined, undefined, () => {})),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToTrainer)),
    onDisconnect: (listener) => void process.once('disconnect', listener),
  }
}

function utilityPort(port: UtilityPort): ParentPort {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToTrainer)),
    // Chromium usually ends its processes before they see this: the run is then interrupted and can be resumed.
    onDisconnect: (listener) => port.on('close', listener),
  }
}
