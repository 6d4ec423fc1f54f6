/** Handlers about corpora, projects and experiments that are damaged: each list works without them. */
import { SERIES_KINDS } from '../../../shared/annotation/series.ts'
import type { Damaged, DamagedKind } from '../../../shared/protocol/requests/damaged.ts'
import { damagedExperiments } from '../../experiments/index.ts'
import { StoreError } from '../../store/errors.ts'
import { missingFiles, removeUnused } from '../datasets/corpusFiles.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function damagedHandlers({ store, series, notify, log }: ApiContext): HandlersOf<'damaged'> {
  const list: Record<DamagedKind, () => Damaged[]> = {
    corpus: () => [...store.damagedCorpora(), ...missingFiles(store)],
    project: () => store.annotation.damaged(),
    experiment: () => damagedExperiments(store),
  }
  const remove: Record<DamagedKind, (id: string) => void | Promise<void>> = {
    async corpus(id) {
      const files = store.corpusPaths(id)
      store.deleteCorpus(id)
      await removeUnused(store, files)
    },
    async project(id) {
      for (const kind of SERIES_KINDS)
        await series.discard({ project: id, kind }).catch((error: unknown) => {
          // Its files are swept at a later start.
          log.warn(`the trainings of the damaged project ${id} could not be removed`, error)
        })
      store.annotation.remove(id)
    },
    experiment: (id) => store.deleteExperiment(id),
  }
  return {
    'damaged.list': ({ kind }) => list[kind](),
    async 'damaged.delete'({ kind, id }) {
      if (!list[kind]().some((one) => one.id === id))
        throw new StoreError('missing', `There is no damaged ${kind} ${id}.`)
      await remove[kind](id)
      notify({ name: 'changed', data: {} })
      return {}
    },
  }
}
