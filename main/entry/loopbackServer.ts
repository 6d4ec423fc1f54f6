/** Puts the loopback door together: database, dispatcher, page, server. Loaded by the command `serve` alone. */
import type { OpenDoor } from '../cli/core.ts'
import { openApi, type Api } from '../api/dispatch.ts'
import { openStore } from '../store/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { checkToken, newToken } from '../transport/guard.ts'
import { openLoopback, type Loopback, type LoopbackOptions } from '../transport/loopback.ts'
import { builtPage } from './pageBuild.ts'

export const USUAL_PORT = 4747
const PORTS_TRIED = 20

/** For the program of this version. */
export function openDoor(version: string): OpenDoor {
  return async ({ database, port, token: given, note }) => {
    const token = given === null ? newToken() : checkToken(given)
    const root = await builtPage(note)
    const store = openStore(database)
    const api = openApi(store, { version, launchTrainer: forkTrainer, lookForBackends: true })
    try {
      const door =
        port === null ? await openOnFree(api, { root, token }) : await openLoopback(api, { root, token, port })
      return {
        address: `http://127.0.0.1:${door.port}/#token=${token}`,
        async close() {
          // Pages stay while trainings come to their checkpoint: they show it.
          await api.close()
          await door.close()
          store.close()
        },
      }
    } catch (error) {
      await api.close()
      store.close()
      throw isTaken(error)
        ? new Error(
            `port ${port ?? `${USUAL_PORT} to ${USUAL_PORT + PORTS_TRIED - 1}`} is taken: name another by --port, or --port 0 for any`,
            { cause: error },
          )
        : error
    }
  }
}

/** On the usual port, so that an address can be kept, or on the next that is free. Rejects where none is. */
async function openOnFree(api: Api, options: Omit<LoopbackOptions, 'port'>): Promise<Loopback> {
  for (let port = USUAL_PORT; ; port++) {
    try {
      return await openLoopback(api, { ...options, port })
    } catch (error) {
      if (!isTaken(error) || port >= USUAL_PORT + PORTS_TRIED - 1) throw error
    }
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
}
