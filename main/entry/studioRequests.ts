/** The requests of the studio for commands: answered in their own process, over a database. */
import { openApi } from '../api/dispatch.ts'
import type { ApiOptions } from '../api/types.ts'
import type { StudioRequests } from '../cli/core.ts'
import { openStore } from '../store/index.ts'
import { forkTrainer } from '../trainer/fork.ts'

export function openRequests(
  database: string,
  version: string,
  more: Pick<ApiOptions, 'trainingSettings'> = {},
): StudioRequests {
  const store = openStore(database)
  const api = openApi(store, { version, launchTrainer: forkTrainer, commandLine: true, ...more })
  return {
    store,
    async ask(name, args) {
      const reply = await api.call(name, args)
      if (reply.ok) return reply.value as never
      throw Object.assign(new Error(reply.error.message), { code: reply.error.code })
    },
    listen: (listener) => api.listen(listener),
    async close() {
      await api.close()
      store.close()
    },
  }
}
