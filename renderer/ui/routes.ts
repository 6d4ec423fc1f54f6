/** Addresses of the views, for links, and what stores and views need to know of the current one. See ../router.ts. */
import { computed, onBeforeUnmount, type ComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQueryValue } from 'vue-router'

export type ViewName =
  | 'runs'
  | 'run'
  | 'subnets'
  | 'errors'
  | 'tag'
  | 'compare'
  | 'groups'
  | 'experiments'
  | 'experiment'
  | 'newExperiment'
  | 'train'
  | 'datasets'
  | 'import'
  | 'dataset'
  | 'projects'
  | 'project'
  | 'newProject'
  | 'devices'

const part = encodeURIComponent
const withQuery = (path: string, query: Record<string, string>) =>
  Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query)}`

/** Paths behind the #. */
export const routes = {
  runs: '/runs',
  run: (id: string) => `/runs/${part(id)}`,
  /** The mask explorer of a run; with a second run, both are compared. */
  subnets: (id: string, other?: string) =>
    withQuery(`/runs/${part(id)}/subnets`, other === undefined ? {} : { with: other }),
  /** What a run gets wrong. */
  errors: (id: string) => `/runs/${part(id)}/errors`,
  tag: (id: string) => `/runs/${part(id)}/tag`,
  compare: (ids: readonly string[]) => `/compare/${ids.map(part).join(',')}`,
  /** Groups of runs, by their keys: see shared/runs/groupKey.ts. */
  groups: (groups: readonly string[]) => `/groups/${groups.map(part).join(',')}`,
  experiments: '/experiments',
  experiment: (id: string) => `/experiments/${part(id)}`,
  newExperiment: '/experiments/new',
  /** A new run: as it was left, on a corpus, with the settings of a run, or one that adds tasks to another (`extend`). */
  train: (from: { run?: string; corpus?: string; extend?: string } = {}) => withQuery('/train', from),
  datasets: '/datasets',
  import: '/datasets/import',
  dataset: (id: string) => `/datasets/${part(id)}`,
  devices: '/devices',
  projects: '/annotate',
  project: (id: string) => `/annotate/${part(id)}`,
  /** A new annotation project: with suggestions of a run, with the sentences of a corpus. */
  newProject: (from: { run?: string; corpus?: string } = {}) => withQuery('/annotate/new', from),
}

/** The id in the address while one of these views is open, else null. */
export function useIdIn(...views: ViewName[]): ComputedRef<string | null> {
  const route = useRoute()
  return computed(() => (views.includes(route.name as ViewName) ? String(route.params.id) : null))
}

/** A value behind the question mark of an address; null where there is none. */
export function firstOf(value: LocationQueryValue | LocationQueryValue[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/**
 * Opens an address after work that took its time, but only while the calling component is still mounted: whoever has
 * moved to another page in the meantime stays there. Returns whether it went.
 */
export function useNavigateIfHere(): (path: string) => boolean {
  const router = useRouter()
  let isHere = true
  onBeforeUnmount(() => {
    isHere = false
  })
  return (path) => {
    if (isHere) void router.push(path)
    return isHere
  }
}
