/** Opens what the actions of `annotate` work on: the requests of the studio, and a project by its name or id. */
import { existsSync } from 'node:fs'
import type { ProjectSummary } from '../../../shared/protocol/requests/annotateResults.ts'
import type { Store } from '../../store/types.ts'
import type { ParsedArgs } from '../args.ts'
import type { Context } from '../command.ts'
import type { StudioRequests } from '../core.ts'
import { CommandError } from '../errors.ts'
import { databaseOf } from '../stores.ts'

/** Throws a CommandError that lists the projects. */
export function projectNamed({ annotation }: Store, name: string): ProjectSummary {
  const all = annotation.list()
  const found = all.find(({ id }) => id === name) ?? all.find((one) => one.name === name)
  if (found !== undefined) return found
  throw new CommandError(
    `there is no annotation project ${name}; available: ${all.map((one) => one.name).join(', ') || 'none yet'}`,
  )
}

/** Closes the requests however work ends. Creates no database for an action on a project. */
export async function withRequests<T>(
  args: ParsedArgs,
  context: Context,
  creates: boolean,
  work: (requests: StudioRequests) => Promise<T>,
): Promise<T> {
  const path = databaseOf(args, context)
  if (!creates && !existsSync(path))
    throw new CommandError(`there are no annotation projects yet: no database at ${path}`)
  const requests = await context.core.studio(path)
  try {
    return await work(requests)
  } finally {
    await requests.close()
  }
}

/** As `withRequests`, for a project. */
export function withProject<T>(
  args: ParsedArgs,
  context: Context,
  name: string,
  work: (requests: StudioRequests, project: ProjectSummary) => Promise<T>,
): Promise<T> {
  return withRequests(args, context, false, (requests) => work(requests, projectNamed(requests.store, name)))
}
