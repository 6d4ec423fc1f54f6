/** The program behind the window, over the test's store, with real training processes. */
import { openApi, type Api } from '../../main/api/dispatch.ts'
import type { Store } from '../../main/store/types.ts'
import type { ApiOptions } from '../../main/api/types.ts'
import { forkTrainer } from '../../main/trainer/fork.ts'

export function openTestApi(store: Store, options: Partial<ApiOptions> = {}): Api {
  return openApi(store, { version: '1.2.3', launchTrainer: forkTrainer, ...options })
}
