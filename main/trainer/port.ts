/** The way from a training process to the program that started it, as Node's fork or as Electron's utility process. */
import type { FromTrainer, ToTrainer } from './messages.ts'
import type { ParentPort } from './types.ts'

/** What Electron puts on `process` in a utility process; without its types, for this file must run without Electron. */
interface UtilityPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(message: unknown): void
}

/** Throws an Error where nobody is there to talk to. */
export function parentPort(): ParentPort {
  const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort
  if (utility !== undefined) return utilityPort(utility)
  if (process.send === undefined)
    throw new Error(
      'This process trains for the studio, which starts it; on the command line it is: sparse-sharing train.',
    )
  return {
    // Errors are no news: a program that is gone disconnects.
    send: (message: FromTrainer) => void (process.connected && process.send!(message, undefined, undefined, () => {})),
    onMessage: (listener) => void process.on('message', (message) => listener(message as ToTrainer)),
    onGone: (listener) => void process.once('disconnect', listener),
  }
}

function utilityPort(port: UtilityPort): ParentPort {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as ToTrainer)),
    // Chromium ends its processes with itself, mostly before they could hear of it: the run is then interrupted, and can go on.
    onGone: (listener) => port.on('close', listener),
  }
}
