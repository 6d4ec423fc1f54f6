/**
 * CoNLL-U output: tags go to the column they were learned from. Rows, comments and other columns of a CoNLL-U input are
 * kept.
 */
import { own } from '../../shared/util/nested.ts'
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { SentenceTags, TaggedTask } from '../../shared/tags/tagging.ts'
import { CONLLU_COLUMNS, NO_VALUE } from '../data/conllu.ts'

const MISC = CONLLU_COLUMNS.indexOf('MISC')
/** Columns that can hold a tag unchanged. */
const TAG_COLUMNS = ['LEMMA', 'UPOS', 'XPOS', 'FEATS', 'DEPREL'] as const

/** A column by its number, or a key of MISC. */
type Target = { column: number } | { key: string }

/** The column of its corpus that each task was learned from; null = an artificial task, or unknown. */
export interface TaskColumns {
  tasks: Record<string, { tags: number | string | null }>
}

export function conlluWriter({
  tasks,
  config,
}: {
  tasks: readonly TaggedTask[]
  config: TaskColumns
}): (tagged: TaggedSentence) => string {
  const targets = new Map(tasks.map(({ name }) => [name, targetOf(name, own(config.tasks, name)?.tags ?? null)]))
  return ({ sentence, tasks: found }) => {
    const rows = sentence.source?.format === 'conllu' ? sentence.source.lines : freshRows(sentence)
    let t = 0
    const written = rows.map((row) => (/^[0-9]+\t/.test(row) ? tagged(row.split('\t'), found, t++, targets) : row))
    return `${written.join('\n')}\n\n`
  }
}

/**
 * The column that the task was learned from, found by the task's name if the column has only a number; else a key of
 * MISC.
 */
function targetOf(task: string, tags: string | number | null): Target {
  if (typeof tags === 'string' && tags.startsWith('MISC:')) return { key: tags.slice(5) }
  const learned = String(tags ?? '').toUpperCase()
  const named = { UPOS: 'UPOS', XPOS: 'XPOS', POS: 'XPOS' }[task.toUpperCase()]
  const column = TAG_COLUMNS.find((name) => name === learned) ?? named
  return column === undefined
    ? { key: task }
    : { column: CONLLU_COLUMNS.indexOf(column as (typeof CONLLU_COLUMNS)[number]) }
}

function freshRows({ words, text, offsets, start }: TaggedSentence['sentence']): string[] {
  const rows = words.map((word, t) => {
    const row = [String(t + 1), inField(word), ...Array<string>(CONLLU_COLUMNS.length - 2).fill(NO_VALUE)]
    if (start !== null && offsets[2 * t + 2] === offsets[2 * t + 1]) row[MISC] = 'SpaceAfter=No'
    return row.join('\t')
  })
  return start === null ? rows : [`# text = ${text.replace(/\s+/g, ' ')}`, ...rows]
}

function tagged(fields: string[], tasks: SentenceTags[], t: number, targets: Map<string, Target>): string {
  for (const { task, tags, spans } of tasks) {
    const target = targets.get(task)!
    const tag = tags[t]
    if ('column' in target) fields[target.column] = inField(tag)
    // A missing key means O: see main/data/conllu.ts.
    else fields[MISC] = withKey(fields[MISC], target.key, spans !== null && tag === 'O' ? NO_VALUE : tag)
  }
  return fields.join('\t')
}

function withKey(misc: string, key: string, value: string): string {
  const others = misc === NO_VALUE ? [] : misc.split('|').filter((item) => !item.startsWith(`${key}=`))
  // Treebanks escape the separator of items like this.
  const items = value === NO_VALUE ? others : [...others, `${key}=${value.replaceAll('|', '\\p')}`]
  return items.length === 0 ? NO_VALUE : items.join('|')
}

/** A tab would separate fields, and a field must not be empty. */
function inField(value: string): string {
  return value.replaceAll('\t', ' ') || NO_VALUE
}
