/** The loopback server with its database, dispatcher and page. Loaded only by the command `serve`. */
import type { OpenLoopbackServer } from '../cli/core.ts'
import { openApi, type Api } from '../api/dispatch.ts'
import { openLog } from '../log/index.ts'
import { openStore } from '../store/index.ts'
import { forkTrainer } from '../trainer/fork.ts'
import { checkToken } from '../transport/guard.ts'
import { openLoopback, type Loopback, type LoopbackOptions } from '../transport/loopback.ts'
import { keptToken } from '../transport/tokenFile.ts'
import { builtPage } from './pageBuild.ts'

export const DEFAULT_PORT = 4747
const PORTS_TRIED = 20
const PORTS = `${DEFAULT_PORT} to ${DEFAULT_PORT + PORTS_TRIED - 1}`

/** Returns the function that opens a server for this version of the program. */
export function loopbackServerOf(version: string): OpenLoopbackServer {
  return async ({ database, port, token: given, note, logLevel, annotator }) => {
    const root = await builtPage(note)
    const store = openStore(database)
    const token = given === null ? keptToken(database) : checkToken(given)
    const log = openLog(database, logLevel)
    const api = openApi(store, {
      version,
      launchTrainer: forkTrainer,
      probeBackends: true,
      log,
      logTail: () => log.tail(),
      ...(annotator !== undefined && { annotator }),
    })
    try {
      const server =
        port === null ? await openOnFreePort(api, { root, token }) : await openLoopback(api, { root, token, port })
      return {
        address: `http://127.0.0.1:${server.port}/#token=${token}`,
        async close() {
          // The server closes last, so that pages can show how trainings reach their checkpoint.
          await api.close()
          await server.close()
          store.close()
          await log.dispose()
        },
      }
    } catch (error) {
      await api.close()
      store.close()
      await log.dispose()
      throw isPortTaken(error)
        ? new Error(`port ${port ?? PORTS} is taken: pass another --port, or --port 0 for any free one`, {
            cause: error,
          })
        : error
    }
  }
}

/**
 * Listens on the default port, so that the address stays the same, or on the next free one. Rejects if none is free.
 */
async function openOnFreePort(api: Api, options: Omit<LoopbackOptions, 'port'>): Promise<Loopback> {
  for (let port = DEFAULT_PORT; ; port++) {
    try {
      return await openLoopback(api, { ...options, port })
    } catch (error) {
      if (!isPortTaken(error) || port >= DEFAULT_PORT + PORTS_TRIED - 1) throw error
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
}
