/** Reports changes of a project to every window, because others show it too. */
import type { ApiContext } from '../types.ts'

/** Returns a function that reports a change and passes the result on. */
export function changeNotifier({ notify }: Pick<ApiContext, 'notify'>) {
  return <T>(project: string, result: T): T => {
    notify({ name: 'annotate', data: { project, suggesting: null } })
    return result
  }
}
