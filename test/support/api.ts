/** The program behind the window, over a store of the test's, with real training processes. */
import { openApi, type Api } from '../../main/api/dispatch.ts'
import type { Store } from '../../main/store/types.ts'
import { forkTrainer } from '../../main/trainer/fork.ts'

export function openTestApi(store: Store): Api {
  return openApi(store, { version: '1.2.3', launchTrainer: forkTrainer })
}
