/**
 * The one rule for files that a page names by path. The program reads with the rights of its user, and whoever has the
 * token can send requests, so the content of arbitrary files must not come back in replies.
 *
 * | a file is … | the page may |
 * |---|---|
 * | uploaded by the page (`files.begin`) | use it for everything: the page had its content before |
 * | written by the program for the page (archive, export, tagged text) | read it (`files.read`) |
 * | in the catalogue of corpora | read it: somebody imported it |
 * | opened by its path (`files.open`) | import it: a corpus, annotations or an archive. Not read, tag or correct it |
 * | named in a config (`corpora.*.train`, …) | train on it. Errors name file and line, but quote nothing |
 *
 * The command line is no page: whoever runs it can read these files anyway, so there an opened file may be used for
 * everything (`commandLine` in ApiOptions).
 *
 * An import shows a preview and quotes the lines that have problems: the user must be able to check what is imported.
 */
import { dirname } from 'node:path'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Store } from '../store/types.ts'
import { filesOf } from '../store/files.ts'

/**
 * Why a request uses a file: `import` takes any, `read` gives the content back and takes no file opened by its path.
 */
export type FileUse = 'import' | 'read'

/** Runs `work`; its errors quote no content of files outside the catalogue. */
export async function withoutQuotes<T>(store: Store, config: ExperimentConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isPrivate = filesOf(config).some((path) => dirname(path) !== store.corporaFolder)
    if (isPrivate && error instanceof Error && (error as { code?: unknown }).code === 'badData')
      error.message = error.message.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '"…"')
    throw error
  }
}
