/**
 * Checks a corpus before its import: reads its files with the chosen tasks and reports problems, statistics, and the
 * words and tags of dev that do not occur in train.
 */
import { FORMAT_TITLES, isCatalogueFormat, type CatalogueFormat } from '../../shared/annotation/formats.ts'
import type {
  CheckedFile,
  CorpusCheck,
  CorpusTask,
  CorpusProblem,
  Split,
} from '../../shared/protocol/requests/datasets.ts'
import { describeNotation, inStandardNotation, type Notation } from '../../shared/tags/notation.ts'
import { describeEvidence, visitTagProblems } from '../../shared/tags/schemes.ts'
import { inScheme, type TagScheme } from '../../shared/tags/tags.ts'
import type { Column, ColumnRequest, ColumnTable } from './columns.ts'
import { IssueList } from './problems.ts'
import { readColumns, type ReadFile, type ReadProgress } from './read.ts'
import type { RepairInput } from './repair.ts'
import { pickSentences } from './split.ts'
import { splitFigures, unseenFigures } from './statistics.ts'
import { decideTags, type TagChoice } from './tagDecision.ts'
import { scoredByAccuracy, wrongTag } from './taskTags.ts'

/** Most problems listed per file, and most warnings. */
export const PROBLEMS_REPORTED = 300

export interface CheckRequest {
  /** In the order train, dev, test. */
  files: { split: Split; path: string; name: string }[]
  format: CatalogueFormat | 'auto'
  words: number | string
  tasks: TaskRequest[]
}

export interface TaskRequest extends TagChoice {
  name: string
  column: number | string
}

/** The result of a check, with the input of a repair. */
export interface CheckResult extends CorpusCheck {
  /** By file, in the order of `files`; null where it cannot be repaired. */
  repairs: (RepairInput | null)[]
  hashes: string[]
}

/** A task and the tag system detected for it. `problem`: why the tags cannot be what the user chose. */
interface TaskSystem {
  task: TaskRequest
  kind: 'span' | 'token'
  scheme: TagScheme | null
  notation: Notation
  problem: string | null
  /** A note for the user on how train's tags are read. */
  warning: string | null
}

interface Checked {
  file: CheckedFile
  /** The sentences without problems; null where the file cannot be used. */
  table: ColumnTable | null
  repair: RepairInput | null
  hash: string
}

/** Yields to the event loop; called between steps that take a few milliseconds each. */
export type Pause = () => Promise<void>

/**
 * Reads each file once. `progress(file)` receives the bytes read of that file; `pause` is called between the later
 * steps. Problems of the files are part of the result and are not thrown.
 */
export async function checkCorpus(
  { files, format, words, tasks }: CheckRequest,
  progress: (file: number) => ReadProgress,
  pause: Pause,
): Promise<CheckResult> {
  const request = requestOf(words, tasks)
  const checked: Checked[] = []
  const systems: TaskSystem[] = []
  let found: CatalogueFormat | null = null
  for (const [i, { path, name, split }] of files.entries()) {
    const issues = new IssueList()
    const read = await readFile(path, name, found ?? format, request, issues, progress(i))
    found ??= read?.format ?? null
    await pause()
    // The tag system is detected on train; dev and test are checked against it.
    for (const task of split === 'train' && read !== null ? tasks : []) {
      systems.push(taskSystem(task, columnOf(read!.table, task), read!.table))
      await pause()
    }
    checked.push(await checkFile(split, name, read, issues, systems, pause))
  }
  warnOfDuplicateFiles(checked)
  const figures = await corpusFigures(checked, systems, pause)
  return {
    format: found ?? 'conll',
    files: checked.map(({ file }) => file),
    tasks: systems.map((system) => corpusTask(system, checked)),
    ...figures,
    usable: checked.every(({ file }) => file.usable),
    repairs: checked.map(({ repair }) => repair),
    hashes: checked.map(({ hash }) => hash),
  }
}

type CatalogueFile = ReadFile & { format: CatalogueFormat }

/** Null where the file cannot be read or its format must be converted first. */
async function readFile(
  path: string,
  name: string,
  format: CatalogueFormat | 'auto',
  request: ColumnRequest,
  issues: IssueList,
  progress: ReadProgress,
): Promise<CatalogueFile | null> {
  const read = await readColumns(path, name, { format }, request, issues, progress)
  if (read === null) return null
  if (isCatalogueFormat(read.format)) return { ...read, format: read.format }
  issues.error(name, null, `found ${FORMAT_TITLES[read.format]}, expected columns: the import makes columns of it`)
  return null
}

function requestOf(words: number | string, tasks: TaskRequest[]): ColumnRequest {
  const keys = [...new Set(tasks.map(({ column }) => String(column)))]
  const tags = keys.map((key) => ({
    key,
    tasks: tasks.filter(({ column }) => String(column) === key).map(({ name }) => name),
  }))
  return { words: String(words), tags, maxProblems: PROBLEMS_REPORTED }
}

function columnOf(table: ColumnTable, { column }: TaskRequest): Column {
  return table.tags.get(String(column))!
}

/** The task's tags, span tags in standard notation. */
function tagsOf(table: ColumnTable, { task, kind, notation }: TaskSystem): Column {
  const { names, ids } = columnOf(table, task)
  return { names: kind === 'span' ? inStandardNotation(names, notation) : names, ids }
}

function taskSystem(task: TaskRequest, column: Column, { sentenceStart }: ColumnTable): TaskSystem {
  const { kind, scheme, notation, evidence, seems } = decideTags(task, column, sentenceStart)
  if (kind === 'token') {
    const warning = seems === null ? null : scoredByAccuracy(seems, task.name)
    return { task, kind, scheme, notation, problem: null, warning }
  }
  const found = `found tags of no scheme (${describeEvidence(evidence)})`
  const problem =
    scheme === null ? `${found}, expected O, B-, I- and the like; as labels of single tokens they can be used` : null
  return { task, kind, scheme, notation, problem, warning: describeNotation(notation, column.names) }
}

async function checkFile(
  split: Split,
  name: string,
  read: ReadFile | null,
  issues: IssueList,
  systems: TaskSystem[],
  pause: Pause,
): Promise<Checked> {
  const problems = issues.all
    .filter(({ severity }) => severity === 'error')
    .map(({ line, task, message }): CorpusProblem => ({ line, task, message }))
  const file: CheckedFile = {
    split,
    name,
    bytes: read?.bytes ?? 0,
    sentences: 0,
    tokens: 0,
    rejectedSentences: 0,
    problems,
    problemCount: problems.length,
    warnings: [],
    warningCount: 0,
    usable: false,
  }
  if (read === null) return { file, table: null, repair: null, hash: '' }
  file.problemCount = Math.max(read.problemCount, problems.length)
  const concernsWholeFile =
    read.problemCount > read.problemLines.length || systems.some(({ problem }) => problem !== null)
  if (split === 'train')
    for (const { problem, task } of systems)
      if (problem !== null) addProblem(file, { line: null, task: task.name, message: problem })
  if (split === 'train')
    for (const { warning, task } of systems)
      if (warning !== null) addWarning(file, { line: null, task: task.name, message: warning })

  const strays = strayTags(read.table, systems, file)
  await pause()
  const table = strays.length === 0 ? read.table : withoutLines(read.table, strays)
  await pause()
  const [before, after] = [read.table, table].map(({ sentenceStart }) => sentenceStart.length - 1)
  Object.assign(file, {
    sentences: after,
    tokens: table.lines.length,
    rejectedSentences: read.badSentences + before - after,
    usable: after > 0 && !concernsWholeFile,
  })
  if (after === 0 && file.problemCount > 0)
    file.problems.push({ line: null, task: null, message: 'found no valid sentence, expected at least one' })
  warnOfBrokenSequences(table, systems, file)
  warnOfLongSentences(table, file)
  const problemLines = Int32Array.from([...read.problemLines, ...strays]).sort()
  return {
    file,
    table: file.usable ? table : null,
    repair: file.usable ? { problemLines, separates: read.separates } : null,
    hash: read.hash,
  }
}

function addProblem(file: CheckedFile, problem: CorpusProblem): void {
  file.problemCount++
  if (file.problems.length < PROBLEMS_REPORTED) file.problems.push(problem)
}

function addWarning(file: CheckedFile, warning: CorpusProblem): void {
  file.warningCount++
  if (file.warnings.length < PROBLEMS_REPORTED) file.warnings.push(warning)
}

/** Reports every tag that is not part of its task's scheme. Returns their lines. */
function strayTags(table: ColumnTable, systems: TaskSystem[], file: CheckedFile): number[] {
  const lines: number[] = []
  for (const system of systems) {
    const { scheme, task } = system
    if (scheme === null) continue
    const { names, ids } = tagsOf(table, system)
    const stray = names.map((name) => !inScheme(name, scheme))
    if (!stray.includes(true)) continue
    ids.forEach((id, t) => {
      if (!stray[id]) return
      lines.push(table.lines[t])
      addProblem(file, {
        line: table.lines[t],
        task: task.name,
        message: wrongTag(names[id], scheme),
      })
    })
  }
  return lines
}

/** The table without the sentences that contain one of the lines. */
function withoutLines(table: ColumnTable, lines: number[]): ColumnTable {
  const bad = new Set(lines)
  const flags = new Uint8Array(table.sentenceStart.length - 1)
  for (let s = 0; s < flags.length; s++) {
    for (let t = table.sentenceStart[s]; t < table.sentenceStart[s + 1]; t++) if (bad.has(table.lines[t])) flags[s] = 1
  }
  return pickSentences(table, flags, 0)
}

/** Warns of sequences that break their scheme; conlleval's rules read them. */
function warnOfBrokenSequences(table: ColumnTable, systems: TaskSystem[], file: CheckedFile): void {
  for (const system of systems) {
    if (system.scheme === null) continue
    const { names, ids } = tagsOf(table, system)
    visitTagProblems(names, ids, table.sentenceStart, system.scheme, ({ index, tag, before, expected }) => {
      const place = before === null ? 'at the start of a sentence' : `after ${before}`
      addWarning(file, {
        line: table.lines[index],
        task: system.task.name,
        message: `found ${tag} ${place}, expected ${expected}; it is read by conlleval’s rules`,
      })
    })
  }
}

/** Warns of implausibly long sentences, a sign of missing blank lines. */
function warnOfLongSentences(table: ColumnTable, file: CheckedFile): void {
  for (let s = 0; s + 1 < table.sentenceStart.length; s++) {
    const length = table.sentenceStart[s + 1] - table.sentenceStart[s]
    if (length > 500)
      addWarning(file, {
        line: table.lines[table.sentenceStart[s]],
        task: null,
        message: `found a sentence of ${length} tokens, expected a blank line after each sentence`,
      })
  }
}

/** Warns of splits with identical bytes: scores on them are meaningless. */
function warnOfDuplicateFiles(checked: Checked[]): void {
  checked.forEach(({ file, hash }, i) => {
    const twin = checked.slice(0, i).find((other) => hash !== '' && other.hash === hash)
    if (twin !== undefined)
      addWarning(file, {
        line: null,
        task: null,
        message: `found the same bytes as ${twin.file.split}, expected other sentences`,
      })
  })
}

async function corpusFigures(
  checked: Checked[],
  systems: TaskSystem[],
  pause: Pause,
): Promise<Pick<CorpusCheck, 'statistics' | 'unseen'>> {
  const statistics: CorpusCheck['statistics'] = []
  for (const { file, table } of checked) {
    for (const system of table === null ? [] : systems) {
      statistics.push({
        split: file.split,
        task: system.task.name,
        figures: splitFigures(table!, tagsOf(table!, system), system.kind),
      })
      await pause()
    }
  }
  const tableOf = (split: Split) => checked.find(({ file }) => file.split === split)?.table ?? null
  const [train, dev] = [tableOf('train'), tableOf('dev')]
  if (train === null || dev === null) return { statistics, unseen: null }
  const tags = systems.map((system) => ({
    task: system.task.name,
    train: tagsOf(train, system),
    dev: tagsOf(dev, system),
  }))
  return { statistics, unseen: unseenFigures(train.words, dev.words, tags) }
}

function corpusTask(system: TaskSystem, checked: Checked[]): CorpusTask {
  const {
    task: { name, column },
    kind,
    scheme,
  } = system
  const train = checked.find(({ file }) => file.split === 'train')?.table ?? null
  const labels =
    train === null
      ? 0
      : new Set(Array.from(new Set(train.tags.get(String(column))!.ids), (id) => tagsOf(train, system).names[id])).size
  return { name, column, kind, scheme, labels }
}
