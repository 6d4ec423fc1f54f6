/** The catalogue of corpora. Their files are in a folder beside the database; the tables have their names. */
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Damaged } from '../../shared/protocol/requests/damaged.ts'
import type { Corpus, CorpusFigures, CorpusFile, CorpusOrigin } from '../../shared/protocol/requests/datasets.ts'
import { StoreError } from './errors.ts'
import { corpusFilesSchema, corpusSchema, figuresSchema, originSchema } from './schemas.ts'
import { damaged, parseStored, partition } from './stored.ts'

interface Row {
  id: string
  name: string
  created_at: string
  layout: string
  origin: string | null
  /** JSON array of FileRow. */
  files: string
}

interface FileRow {
  split: CorpusFile['split']
  name: string
  file: string
  rejected: string | null
  hash: string
  bytes: number
  sentences: number
  tokens: number
  rejected_sentences: number
}

type Layout = Pick<Corpus, 'format' | 'words' | 'devFraction' | 'tasks'>

const RECORD = `SELECT id, name, created_at, layout, origin,
  (SELECT json_group_array(json_object('split', split, 'name', name, 'file', file, 'rejected', rejected, 'hash', hash, 'bytes', bytes,
    'sentences', sentences, 'tokens', tokens, 'rejected_sentences', rejected_sentences))
    FROM (SELECT * FROM corpus_files WHERE corpus = corpora.id ORDER BY CASE split WHEN 'train' THEN 0 WHEN 'dev' THEN 1 ELSE 2 END)) AS files
  FROM corpora`

/**
 * The folder of a database's corpora. Each database has its own, even in the same folder; null for a database in
 * memory.
 */
export function corporaFolder(database: string): string | null {
  if (database === ':memory:') return null
  const path = resolve(database)
  return join(dirname(path), `${basename(path, extname(path))}.corpora`)
}

/** Call writes within a transaction. */
export function corporaTable(db: Database, folder: string | null) {
  const find = db.prepare<[string], Row>(`${RECORD} WHERE id = ?`)
  const list = db.prepare<[], Row>(`${RECORD} ORDER BY created_at DESC, rowid DESC`)
  const named = db.prepare<[string], string>('SELECT id FROM corpora WHERE name = ?').pluck()
  const figures = db.prepare<[string], string>('SELECT figures FROM corpora WHERE id = ?').pluck()
  const insert = db.prepare(
    'INSERT INTO corpora (id, name, created_at, layout, figures, origin) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const insertFile =
    db.prepare(`INSERT INTO corpus_files (corpus, split, name, file, rejected, hash, bytes, sentences, tokens, rejected_sentences)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const filesOf = db.prepare<[string], { file: unknown; rejected: unknown }>(
    'SELECT file, rejected FROM corpus_files WHERE corpus = ?',
  )
  const setName = db.prepare('UPDATE corpora SET name = ? WHERE id = ?')
  const drop = db.prepare('DELETE FROM corpora WHERE id = ?')
  const runs = db.prepare<
    [string],
    { id: string; name: string }
  >(`SELECT DISTINCT runs.id, runs.name FROM corpus_files f
    JOIN run_datasets USING (hash) JOIN runs ON runs.id = run WHERE f.corpus = ? AND f.split = 'train' ORDER BY runs.id DESC`)
  const sharing = db.prepare<[string], { file: string }>('SELECT file FROM corpus_files WHERE hash = ? LIMIT 1')
  /** Files that runs were trained on are kept: the runs may be resumed. */
  const inUse = db.prepare<[], { file: string; rejected: string | null }>(`SELECT file, rejected FROM corpus_files`)
  const trained = db.prepare<[], string>('SELECT DISTINCT path FROM run_datasets').pluck()

  const path = (file: string) => join(folder ?? '', file)

  function toCorpus({ id, name, created_at, layout, origin, files }: Row): Corpus {
    const what = `The corpus ${name}`
    return {
      id,
      name,
      createdAt: created_at,
      ...parseStored<Layout>(what, layout, corpusSchema),
      origin: origin === null ? null : parseStored<CorpusOrigin>(`${what}, its origin,`, origin, originSchema),
      files: parseStored<FileRow[]>(`${what}, its files,`, files, corpusFilesSchema).map(
        ({ file, rejected, rejected_sentences, ...rest }) => ({
          ...rest,
          path: path(file),
          rejectedPath: rejected === null ? null : path(rejected),
          rejectedSentences: rejected_sentences,
        }),
      ),
    }
  }

  function get(id: string): Corpus {
    const row = find.get(id)
    if (row === undefined) throw new StoreError('missing', `There is no corpus ${id} in the catalogue.`)
    return toCorpus(row)
  }

  function readFigures(id: string): CorpusFigures {
    const stored = figures.get(id) ?? '{"statistics":[],"unseen":null}'
    return parseStored('The statistics of the corpus', stored, figuresSchema)
  }

  function requireFree(name: string, but: string | null): void {
    const other = named.get(name)
    if (other !== undefined && other !== but)
      throw new StoreError('exists', `The corpus "${name}" already exists: choose another name.`)
  }

  return {
    get,
    list: () => partition(list.all(), toCorpus).whole,
    damaged: (): Damaged[] =>
      partition(list.all(), (row) => {
        const { files } = toCorpus(row)
        if (!files.some(({ split }) => split === 'train'))
          throw damaged(`The corpus ${row.name}`, 'it has no train file')
        readFigures(row.id)
      }).damaged,
    /** Paths of its files, whatever else is damaged. */
    paths: (id: string): string[] =>
      filesOf
        .all(id)
        .flatMap(({ file, rejected }) => [file, rejected])
        .filter((file) => typeof file === 'string')
        .map(path),
    figures: readFigures,
    runs: (id: string) => runs.all(id),
    save(
      { id, name, createdAt, files, format, words, devFraction, tasks, origin }: Corpus,
      numbers: CorpusFigures,
    ): Corpus {
      requireFree(name, null)
      const layout: Layout = { format, words, devFraction, tasks }
      insert.run(id, name, createdAt, JSON.stringify(layout), JSON.stringify(numbers), origin && JSON.stringify(origin))
      for (const file of files) {
        const rejected = file.rejectedPath === null ? null : basename(file.rejectedPath)
        insertFile.run(
          id,
          file.split,
          file.name,
          basename(file.path),
          rejected,
          file.hash,
          file.bytes,
          file.sentences,
          file.tokens,
          file.rejectedSentences,
        )
      }
      return get(id)
    },
    rename(id: string, name: string): Corpus {
      get(id)
      requireFree(name, id)
      setName.run(name, id)
      return get(id)
    },
    remove(id: string): void {
      if (drop.run(id).changes === 0) throw new StoreError('missing', `There is no corpus ${id} in the catalogue.`)
    },
    fileOf(hash: string): string | null {
      const row = sharing.get(hash)
      return row === undefined ? null : path(row.file)
    },
    filesInUse: () =>
      new Set([
        ...inUse
          .all()
          .flatMap(({ file, rejected }) => (rejected === null ? [file] : [file, rejected]))
          .map(path),
        ...trained.all(),
      ]),
  }
}
