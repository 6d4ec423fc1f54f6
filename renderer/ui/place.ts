/** Where in the studio one is, kept in the address: the way back works, and a place can be opened again. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

export type View =
  | 'runs'
  | 'run'
  | 'subnets'
  | 'tag'
  | 'compare'
  | 'train'
  | 'datasets'
  | 'import'
  | 'dataset'
  | 'corrections'
  | 'correct'
  | 'newCorrection'
  | 'devices'

export interface Place {
  view: View
  /** The run, the corpus, the correction, or null. */
  id: string | null
  /** The runs of a comparison. */
  ids: string[]
  /** What stands behind the question mark. */
  query: URLSearchParams
}

const part = encodeURIComponent

/** Addresses of the places, for links. */
export const places = {
  runs: '#/runs',
  run: (id: string) => `#/runs/${part(id)}`,
  /** The mask explorer of a run; with a second run, both are compared. */
  subnets: (id: string, other?: string) =>
    `#/runs/${part(id)}/subnets${other === undefined ? '' : `?with=${part(other)}`}`,
  /** Text tagged with what a run trained. */
  tag: (id: string) => `#/runs/${part(id)}/tag`,
  compare: (ids: readonly string[]) => `#/compare/${ids.map(part).join(',')}`,
  /** A new run: empty, on a corpus of the catalogue, with the settings of another run (on a dataset version in place of its corpora), or one that adds tasks to another. */
  train: (from: { run?: string; corpus?: string; extend?: string } = {}) =>
    `#/train${Object.keys(from).length === 0 ? '' : `?${new URLSearchParams(from)}`}`,
  datasets: '#/datasets',
  import: '#/datasets/import',
  dataset: (id: string) => `#/datasets/${part(id)}`,
  devices: '#/devices',
  corrections: '#/corrections',
  correct: (id: string) => `#/corrections/${part(id)}`,
  /** A new correction: with a run's suggestions, of a corpus of the catalogue. */
  newCorrection: (from: { run?: string; corpus?: string } = {}) =>
    `#/corrections/new${Object.keys(from).length === 0 ? '' : `?${new URLSearchParams(from)}`}`,
}

/** Reads an address. What leads nowhere leads to the list of runs. */
export function placeAt(hash: string): Place {
  const [path, search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [first, second, third] = path.split('/').map(decoded)
  const at = (view: View, id: string | null = null, ids: string[] = []): Place => ({
    view,
    id,
    ids,
    query: new URLSearchParams(search),
  })
  if (first === 'runs' && second) return at(third === 'subnets' || third === 'tag' ? third : 'run', second)
  if (first === 'compare' && second)
    return at(
      'compare',
      null,
      second.split(',').filter((id) => id !== ''),
    )
  if (first === 'devices') return at('devices')
  if (first === 'train') return at('train')
  if (first === 'datasets') return second === 'import' ? at('import') : second ? at('dataset', second) : at('datasets')
  if (first === 'corrections')
    return second === 'new' ? at('newCorrection') : second ? at('correct', second) : at('corrections')
  return at('runs')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const usePlace = defineStore('place', () => {
  const place = ref(placeAt(location.hash))
  addEventListener('hashchange', () => {
    place.value = placeAt(location.hash)
  })
  const view = computed(() => place.value.view)
  const id = computed(() => place.value.id)
  const ids = computed(() => place.value.ids)
  const query = computed(() => place.value.query)
  /** The run of the open view, or null. */
  const run = computed(() => (view.value === 'run' || view.value === 'subnets' ? id.value : null))
  function go(address: string): void {
    location.hash = address
  }
  return { place, view, id, ids, query, run, go }
})
