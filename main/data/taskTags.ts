/** Determines the tags of one task: kind, scheme, tag names, and one tag id per token. */
import { describeNotation, hasEmptyType, inStandardNotation, type Notation } from '../../shared/tags/notation.ts'
import { describeEvidence, visitTagProblems, type SchemeEvidence } from '../../shared/tags/schemes.ts'
import { convertTagIds, inScheme, type TagScheme } from '../../shared/tags/tags.ts'
import type { Column, ColumnTable } from './columns.ts'
import type { IssueList } from './problems.ts'
import { decideTags } from './tagDecision.ts'
import type { PlannedTask } from './plan.ts'
import { mapIds } from './sharedArrays.ts'
import type { EncodedTask } from './types.ts'

/** Lines listed in one warning. */
const LISTED = 5

/** The tag system of a task, detected on its train split. */
export interface TagSystem {
  kind: EncodedTask['kind']
  fileScheme: TagScheme | null
  /** Scheme that the tags are converted to. */
  scheme: TagScheme | null
  /** How the files spell span tags. */
  notation?: Notation
  /** The evidence for the scheme; null for synthetic tags. */
  evidence: SchemeEvidence | null
}

/** The tags of a split, with its own names, before they are mapped to the ids of train. */
export type SplitTags = Column

/**
 * Detects the tag system from the config and the train split. Returns null if the tags contradict the config and adds
 * the errors to `issues`. Warns of tags in another notation, and of tags that look like spans but are scored per
 * token.
 */
export function tagSystem(task: PlannedTask, train: ColumnTable, issues: IssueList): TagSystem | null {
  const { kind, scheme, trainScheme } = task.config
  if (task.column === null) return { kind: 'token', fileScheme: null, scheme: null, evidence: null }
  const column = train.tags.get(task.column)!
  const {
    kind: decided,
    scheme: fileScheme,
    notation,
    evidence,
    hasStrays,
    seems,
  } = decideTags({ kind, scheme }, column, train.sentenceStart)
  if (decided === 'token') {
    if (seems !== null) issues.warn(train.file, null, scoredByAccuracy(seems, task.name), task.name)
    return { kind: decided, fileScheme, scheme: null, evidence }
  }
  if (fileScheme === null || (scheme === 'auto' && hasStrays)) {
    const stray = evidence.others.length > 0 ? evidence.others[0].tag : null
    const line = stray === null ? null : train.lines[column.ids.indexOf(column.names.indexOf(stray))]
    const found = `found tags of no scheme (${describeEvidence(evidence)})`
    issues.error(
      train.file,
      line,
      `${found}, expected O, B-, I- and the like throughout; kind: token takes them as they are`,
      task.name,
    )
    return null
  }
  const spelling = describeNotation(notation, column.names)
  if (spelling !== null)
    issues.warn(
      train.file,
      null,
      `${spelling}; kind: token (tasks.${task.name}.kind) takes them as they are`,
      task.name,
    )
  return { kind: 'span', fileScheme, scheme: trainScheme === 'asFile' ? fileScheme : trainScheme, notation, evidence }
}

/** The warning for a column that seems to contain spans but is read as token labels. `seems`: see looksLikeSpans. */
export function scoredByAccuracy(seems: string, task: string): string {
  return (
    `found ${seems}, in no scheme: they are labels of single tokens here, scored by accuracy; ` +
    `kind: span (tasks.${task}.kind) reads them as spans or says why not`
  )
}

/**
 * Converts the tags of a split to the training scheme. Tags outside the file's scheme are errors; ill-formed sequences
 * are warnings and are read by conlleval's rules (shared/tags/tags.ts).
 */
export function splitTags(
  task: PlannedTask,
  system: TagSystem,
  table: ColumnTable,
  maxPosition: number,
  issues: IssueList,
): SplitTags {
  if (task.column === null) return positions(table.sentenceStart, maxPosition)
  const column = table.tags.get(task.column)!
  if (system.fileScheme === null || system.scheme === null) return column
  const names = inStandardNotation(column.names, system.notation ?? 'standard')
  checkScheme(task.name, names, column.ids, table, system.fileScheme, issues)
  return convertTagIds(names, column.ids, table.sentenceStart, system.scheme)
}

function checkScheme(
  task: string,
  names: string[],
  ids: Int32Array,
  table: ColumnTable,
  scheme: TagScheme,
  issues: IssueList,
): void {
  names.forEach((name, id) => {
    const first = inScheme(name, scheme) ? -1 : ids.indexOf(id)
    if (first >= 0) issues.error(table.file, table.lines[first], wrongTag(name, scheme), task)
  })
  let count = 0
  let first = ''
  const lines: number[] = []
  visitTagProblems(names, ids, table.sentenceStart, scheme, ({ index, tag, before, expected }) => {
    if (count++ === 0)
      first = `${tag} ${before === null ? 'at the start of a sentence' : `after ${before}`}, expected ${expected}`
    if (lines.length < LISTED) lines.push(table.lines[index])
  })
  if (count === 0) return
  const places = lines.length < count ? `${lines.join(', ')}, …` : lines.join(', ')
  issues.warn(
    table.file,
    lines[0],
    `found ${first}: ${count} places break the scheme ${scheme} (lines ${places}) and are read by conlleval's rules`,
    task,
  )
}

/** The message for a tag that cannot occur in its scheme. */
export function wrongTag(name: string, scheme: TagScheme): string {
  return hasEmptyType(name)
    ? `found the tag ${name} without a type, expected a type after the letter`
    : `found the tag ${name}, expected a tag of the scheme ${scheme}`
}

/** Tags for position prediction: the index of each token in its sentence, at most maxPosition. */
function positions(sentenceStart: Int32Array, maxPosition: number): Column {
  const ids = new Int32Array(sentenceStart[sentenceStart.length - 1])
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    for (let t = sentenceStart[s]; t < sentenceStart[s + 1]; t++) ids[t] = Math.min(t - sentenceStart[s], maxPosition)
  }
  return { names: Array.from({ length: maxPosition + 1 }, (_, i) => String(i)), ids }
}

/** The last position of the longest train sentence; higher positions cannot be learned. */
export function lastPosition(sentenceStart: Int32Array): number {
  let longest = 0
  for (let s = 0; s + 1 < sentenceStart.length; s++)
    longest = Math.max(longest, sentenceStart[s + 1] - sentenceStart[s])
  return longest - 1
}

/** The names in use, sorted independently of sentence order: O, then numbers, then the rest by code unit. */
export function namesInUse({ names, ids }: SplitTags): string[] {
  const used = new Uint8Array(names.length)
  for (const id of ids) used[id] = 1
  const rank = (name: string) => (name === 'O' ? 0 : /^[0-9]+$/.test(name) ? 1 : 2)
  const compare = (a: string, b: string) =>
    rank(a) - rank(b) || (rank(a) === 1 ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1)
  return [...new Set(names.filter((_, i) => used[i] === 1))].sort(compare)
}

/** Maps the tags of a split to indices in `tagNames`; new names are appended to it. */
export function numberTags(tags: SplitTags, tagNames: string[]): Int32Array {
  const index = new Map(tagNames.map((name, i) => [name, i]))
  for (const name of namesInUse(tags)) if (!index.has(name)) index.set(name, tagNames.push(name) - 1)
  return mapIds(
    tags.ids,
    Int32Array.from(tags.names, (name) => index.get(name) ?? -1),
  )
}

/** Warns of tags with an id >= tagCount, which no head can predict. */
export function warnOfUnseenTags(
  task: string,
  ids: Int32Array,
  tagNames: string[],
  tagCount: number,
  table: ColumnTable,
  issues: IssueList,
): void {
  let count = 0
  let first = -1
  for (let t = 0; t < ids.length; t++) {
    if (ids[t] < tagCount) continue
    if (count++ === 0) first = t
  }
  if (count === 0) return
  const names = tagNames.slice(tagCount)
  const listed = names.length > LISTED ? `${names.slice(0, LISTED).join(', ')}, …` : names.join(', ')
  issues.warn(
    table.file,
    table.lines[first],
    `found ${count} tokens with tags that train does not have (${listed}), ` +
      `expected the ${tagCount} tags of train; they count as wrong`,
    task,
  )
}
