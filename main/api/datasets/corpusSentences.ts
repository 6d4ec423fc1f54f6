/** The sentences of a corpus in the catalogue that fit a filter, with their tags, one page at a time. */
import { LRUCache } from 'lru-cache'
import type { Corpus, CorpusSentence, CorpusSentencePage, Split } from '../../../shared/protocol/requests/datasets.ts'
import { tagTable } from '../../../shared/tags/tags.ts'
import type { Column, ColumnTable } from '../../data/columns.ts'
import { readCorpusTable } from '../../data/catalogued.ts'
import type { Store } from '../../store/types.ts'
import { DatasetError } from './errors.ts'

/** Splits that are kept: those of one corpus, and train of another. */
const MAX_ENTRIES = 4

export interface CorpusSentenceFilter {
  /** Part of a word, without regard to case. */
  word: string
  /** A tag of a task, as it is in the file, or a type of spans. */
  label: { task: string; label: string } | null
  /** Only sentences with a word, lower-cased, that train does not have. */
  unseen: boolean
  least: number
  /** Null: no limit. */
  most: number | null
}

export class CorpusSentences {
  private readonly store: Store
  private readonly tables = new LRUCache<string, Promise<ColumnTable>>({ max: MAX_ENTRIES })

  constructor(store: Store) {
    this.store = store
  }

  /** Throws a StoreError 'missing', a DatasetError 'noFile', and an Error with file and line. */
  async page(
    id: string,
    split: Split,
    { offset, limit, ...filter }: CorpusSentenceFilter & { offset: number; limit: number },
  ): Promise<CorpusSentencePage> {
    const corpus = this.store.getCorpus(id)
    const table = await this.table(corpus, split)
    const isUnseen = split === 'train' ? null : unseenWords(table, await this.table(corpus, 'train'))
    const found = findSentences(corpus, table, isUnseen, filter)
    const { sentenceStart, words } = table
    const columns = corpus.tasks.map(({ column }) => table.tags.get(String(column))!)
    const sentences = found.slice(offset, offset + limit).map((index): CorpusSentence => {
      const [from, to] = [sentenceStart[index], sentenceStart[index + 1]]
      const named = ({ ids, names }: Column) => Array.from(ids.subarray(from, to), (id) => names[id])
      return {
        index,
        words: named(words),
        unseen: Array.from(words.ids.subarray(from, to), (word) => isUnseen?.[word] === 1),
        tags: columns.map(named),
      }
    })
    return {
      total: sentenceStart.length - 1,
      found: found.length,
      tasks: corpus.tasks.map(({ name, kind }, i) => ({ name, kind, labels: labelsOf(columns[i], kind) })),
      sentences,
    }
  }

  private table(corpus: Corpus, split: Split): Promise<ColumnTable> {
    const file = corpus.files.find((one) => one.split === split)
    if (file === undefined) throw new DatasetError('noFile', `The corpus ${corpus.name} has no ${split} file.`)
    // The content of an imported file never changes; its name may.
    const key = JSON.stringify([corpus.id, file.hash])
    const known = this.tables.get(key)
    if (known !== undefined) return known
    const reading = readCorpusTable(corpus, file, corpus.tasks)
    this.tables.set(key, reading)
    reading.catch(() => this.tables.delete(key))
    return reading
  }
}

/** By word of `table`: 1 where train does not have it in lower case, as the statistics of a corpus count. */
function unseenWords({ words }: ColumnTable, train: ColumnTable): Uint8Array {
  const known = new Set(train.words.names.map((word) => word.toLowerCase()))
  return Uint8Array.from(words.names, (word) => Number(!known.has(word.toLowerCase())))
}

function labelsOf({ names }: Column, kind: 'span' | 'token'): string[] {
  const labels = kind === 'span' ? tagTable(names).types : [...names]
  return labels.toSorted((a, b) => (a < b ? -1 : 1))
}

/** By tag: whether it has the label. */
function tagsWith({ names }: Column, kind: 'span' | 'token', label: string): boolean[] {
  if (kind === 'token') return names.map((name) => name === label)
  const { type, types } = tagTable(names)
  return names.map((_, id) => type[id] >= 0 && types[type[id]] === label)
}

export function findSentences(
  corpus: Pick<Corpus, 'tasks'>,
  { sentenceStart, words, tags }: Pick<ColumnTable, 'sentenceStart' | 'words' | 'tags'>,
  isUnseen: Uint8Array | null,
  { word, label, unseen, least, most }: CorpusSentenceFilter,
): number[] {
  const sought = word.trim().toLowerCase()
  const hasWord = sought === '' ? null : words.names.map((name) => name.toLowerCase().includes(sought))
  const task = label === null ? undefined : corpus.tasks.find(({ name }) => name === label.task)
  const column = task === undefined ? undefined : tags.get(String(task.column))
  const hasLabel = column && tagsWith(column, task!.kind, label!.label)
  const fits = (from: number, to: number): boolean => {
    if (to - from < least || (most !== null && to - from > most)) return false
    if (hasWord !== null && !some(from, to, (t) => hasWord[words.ids[t]])) return false
    if (label !== null && !some(from, to, (t) => hasLabel?.[column!.ids[t]] === true)) return false
    return !unseen || some(from, to, (t) => isUnseen?.[words.ids[t]] === 1)
  }
  const found: number[] = []
  for (let s = 0; s + 1 < sentenceStart.length; s++) if (fits(sentenceStart[s], sentenceStart[s + 1])) found.push(s)
  return found
}

function some(from: number, to: number, holds: (t: number) => boolean): boolean {
  for (let t = from; t < to; t++) if (holds(t)) return true
  return false
}
