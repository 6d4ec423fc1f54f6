/** Handlers about corpora: uploads, inspections, imports, the catalogue. */
import { basename } from 'node:path'
import type { CorpusCheck, CorpusLayout } from '../../../shared/protocol/requests/datasets.ts'
import { lineOfError, unreadable } from '../../data/unreadable.ts'
import { inspectFile } from '../../data/inspect.ts'
import { missingFiles, removeUnused, sweep } from '../datasets/corpusFiles.ts'
import { CorpusSentences } from '../datasets/corpusSentences.ts'
import { DatasetError } from '../datasets/errors.ts'
import { encodingOf, writeAsUtf8 } from '../datasets/fileEncoding.ts'
import { check, importCorpus, sourcesOf, type Source } from '../datasets/importCorpus.ts'
import { readPiece } from '../datasets/filePiece.ts'
import { reporter } from '../datasets/progress.ts'
import { importSample } from '../datasets/sample.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function datasetHandlers(context: ApiContext): HandlersOf<'datasets' | 'files'> {
  const { store, uploads, notify, log } = context
  const sentences = new CorpusSentences(store)
  if (store.corporaFolder !== null)
    void sweep(store, store.corporaFolder).catch((error: unknown) =>
      log.warn('leftover corpus files could not be removed', error),
    )
  /** Reports a change, because the other windows show the catalogue too. */
  const changed = <T>(result: T): T => {
    notify({ name: 'changed', data: {} })
    return result
  }
  const holdSources = <T>(files: CorpusLayout['files'], work: (sources: Source[]) => Promise<T>) => {
    const present = Object.values(files).filter((file) => file !== null)
    return uploads.hold(present, 'import', () => work(sourcesOf(context, files)))
  }
  return {
    'files.begin': ({ name, bytes }) => uploads.begin(name, bytes),
    'files.append': ({ file, from, data }) => uploads.append(file, from, data),
    'files.end': ({ file }) => uploads.end(file),
    'files.open': ({ path }) => uploads.open(path),
    'files.read': ({ file, from }) => uploads.read(file, from),
    'files.drop'({ file }) {
      uploads.drop(file)
      return {}
    },
    'files.encoding': ({ file }) =>
      uploads.hold([file], 'import', ([{ path, name }]) => reading(name, encodingOf(path))),
    'files.recode': ({ file, encoding }) =>
      uploads.hold([file], 'import', ([{ path, name }]) =>
        reading(
          name,
          uploads.replace(file, (to) => writeAsUtf8(path, to, encoding)),
        ),
      ),

    'datasets.inspect': ({ file, format, words }, signal) =>
      uploads.hold([file], 'import', async ([{ path, name, bytes }]) => {
        const { part } = reporter(notify, file, 2 * bytes, signal)
        return { file, name, bytes, ...(await inspectFile(path, name, { format, words, progress: () => part(bytes) })) }
      }),
    'datasets.check': ({ files, ...layout }, signal) =>
      holdSources(files, async (sources): Promise<CorpusCheck> => {
        const totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0)
        const progress = reporter(notify, files.train, totalBytes, signal)
        const { repairs: _, hashes: __, ...result } = await check({ ...layout, files: sources }, progress)
        return result
      }),
    async 'datasets.import'({ files, ...request }, signal) {
      const corpus = await holdSources(files, (sources) =>
        importCorpus(context, { ...request, files: sources }, signal),
      )
      for (const file of Object.values(files)) if (file !== null) uploads.drop(file)
      return changed(corpus)
    },
    'datasets.sample': async () => changed(await importSample(context)),

    'datasets.list'() {
      const damaged = new Set([...store.damagedCorpora(), ...missingFiles(store)].map(({ id }) => id))
      return store.listCorpora().filter(({ id }) => !damaged.has(id))
    },
    'datasets.get': ({ corpus }) => store.read(() => ({ ...store.getCorpus(corpus), ...store.corpusFigures(corpus) })),
    'datasets.sentences': ({ corpus, split, ...query }) => sentences.page(corpus, split, query),
    'datasets.rename': ({ corpus, name }) => changed(store.renameCorpus(corpus, name)),
    async 'datasets.delete'({ corpus }) {
      const { files } = store.getCorpus(corpus)
      store.deleteCorpus(corpus)
      await removeUnused(
        store,
        files.flatMap(({ path, rejectedPath }) => (rejectedPath === null ? [path] : [path, rejectedPath])),
      )
      return changed({})
    },
    async 'datasets.rejected'({ corpus, split, from }) {
      const file = store.getCorpus(corpus).files.find((one) => one.split === split)
      if (file === undefined || file.rejectedPath === null)
        throw new DatasetError('noFile', 'No sentences were left out of this file.')
      return {
        name: `rejected-${file.name}`,
        ...(await readPiece(file.rejectedPath, basename(file.rejectedPath), from)),
      }
    },
  }
}

/** Rewords what reading a file throws. */
async function reading<T>(name: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DatasetError) throw error
    const line = lineOfError(error)
    throw new DatasetError('unusable', `${name}${line === null ? '' : `:${line}`}: ${unreadable(error)}`)
  }
}
