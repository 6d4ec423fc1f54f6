/** Answers about corpora: what a file holds, imports, the catalogue. */
import { basename } from 'node:path'
import type { CorpusCheck } from '../../../shared/protocol/requests/datasets.ts'
import { inspectFile } from '../../data/inspect.ts'
import { removeUnused, sweep } from '../datasets/corpusFiles.ts'
import { DatasetError } from '../datasets/errors.ts'
import { check, importCorpus, sources } from '../datasets/importCorpus.ts'
import { readPiece } from '../datasets/filePiece.ts'
import { reporter } from '../datasets/progress.ts'
import { importSample } from '../datasets/sample.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function datasetHandlers(context: ApiContext): HandlersOf<'datasets' | 'files'> {
  const { store, uploads, tell } = context
  if (store.corporaFolder !== null) void sweep(store, store.corporaFolder).catch(() => {})
  /** The other windows show the catalogue too. */
  const changed = <T>(result: T): T => {
    tell({ name: 'changed', data: {} })
    return result
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

    async 'datasets.inspect'({ file, format, words }) {
      const { path, name, bytes } = uploads.get(file)
      const { part } = reporter(tell, file, 2 * bytes)
      return { file, name, bytes, ...(await inspectFile(path, name, { format, words, progress: () => part(bytes) })) }
    },
    async 'datasets.check'({ files, ...layout }): Promise<CorpusCheck> {
      const all = sources(context, files)
      const {
        repairs: _,
        hashes: __,
        ...result
      } = await check(
        { ...layout, files: all },
        reporter(
          tell,
          files.train,
          all.reduce((sum, { bytes }) => sum + bytes, 0),
        ),
      )
      return result
    },
    async 'datasets.import'({ files, ...request }) {
      const corpus = await importCorpus(context, { ...request, files: sources(context, files) })
      for (const file of Object.values(files)) if (file !== null) uploads.drop(file)
      return changed(corpus)
    },
    'datasets.sample': async () => changed(await importSample(context)),

    'datasets.list': () => store.listCorpora(),
    'datasets.get': ({ corpus }) => store.read(() => ({ ...store.getCorpus(corpus), ...store.corpusFigures(corpus) })),
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
