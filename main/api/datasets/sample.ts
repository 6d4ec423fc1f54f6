/** The sample corpus that ships with the program. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Corpus } from '../../../shared/protocol/requests/datasets.ts'
import type { ApiContext } from '../types.ts'
import { DatasetError } from './errors.ts'
import { importCorpus, sourcesOf } from './importCorpus.ts'

const FOLDER = fileURLToPath(new URL('../../../resources/sample', import.meta.url))
const TASKS = [
  { name: 'upos', column: 'UPOS', kind: 'token', scheme: 'auto' },
  { name: 'xpos', column: 'XPOS', kind: 'token', scheme: 'auto' },
  { name: 'np', column: 'MISC:NP', kind: 'span', scheme: 'IOB2' },
] as const

/**
 * Imports it, or returns the corpus of an earlier import. Throws 'noFile' where the program was installed without it.
 */
export async function importSample(context: Pick<ApiContext, 'store' | 'notify' | 'uploads'>): Promise<Corpus> {
  const path = (split: string) => join(FOLDER, `ewt-${split}.conllu`)
  if (!existsSync(path('train'))) throw new DatasetError('noFile', 'This installation has no sample corpus.')
  const hash = createHash('sha256')
    .update(await readFile(path('train')))
    .digest('hex')
  const corpora = context.store.listCorpora()
  const known = corpora.find(({ files }) => files.some((file) => file.split === 'train' && file.hash === hash))
  if (known !== undefined) return known

  const { uploads } = context
  const [train, dev, test] = [
    await uploads.open(path('train')),
    await uploads.open(path('dev')),
    await uploads.open(path('test')),
  ].map(({ file }) => file)
  let name = 'sample'
  for (let n = 2; corpora.some((corpus) => corpus.name === name); n++) name = `sample ${n}`
  try {
    return await importCorpus(context, {
      name,
      files: sourcesOf(context, { train, dev, test }),
      format: 'conllu',
      words: 'FORM',
      tasks: [...TASKS],
      problems: 'refuse',
    })
  } finally {
    for (const file of [train, dev, test]) uploads.drop(file)
  }
}
