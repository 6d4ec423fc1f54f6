/**
 * Loads the data of an experiment, from config to encoded tensors. The individual steps are in the files of this
 * folder.
 */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { SchemeEvidence } from '../../shared/tags/schemes.ts'
import type { TokenConventions } from '../../shared/tags/tokenConventions.ts'
import type { DatasetRecord } from '../../shared/runs/records.ts'
import { corpusSplits, datasetRecords, readCorpora, type CorpusSplits } from './corpora.ts'
import { countSpellings, WordEncoder, type EncodedWords } from './encode.ts'
import { IssueList } from './problems.ts'
import { planTasks, type PlannedTask } from './plan.ts'
import { lastPosition, namesInUse, numberTags, splitTags, tagSystem, warnOfUnseenTags } from './taskTags.ts'
import { learnConventions } from './tokens/learn.ts'
import type { DataIssue, EncodedData, EncodedTask } from './types.ts'
import { loadVectors, type Vectors } from './vectors.ts'
import { buildChars, buildWords, Vocabulary } from './vocabulary.ts'

export { DataError } from './problems.ts'

export interface LoadedData {
  data: EncodedData
  /** Warnings only: errors are thrown. */
  issues: DataIssue[]
  /** The files read, with their hashes. */
  datasets: DatasetRecord[]
  vocabulary: Vocabulary
  /** Learns the token conventions of the train splits. */
  learnTokens(): TokenConventions
  /** Scheme evidence of each task's train tags; null for synthetic tags. */
  evidence: Record<string, SchemeEvidence | null>
  /** Vector coverage of the words; null without a vectors file. */
  coverage: Vectors['coverage'] | null
}

/** A task with encoded tags, before its words are encoded. */
type TaskTags = Omit<EncodedTask, 'train' | 'dev'> & {
  train: Int32Array
  dev: Int32Array
  corpus: string
  evidence: SchemeEvidence | null
}

/**
 * Reads, checks and encodes the corpora of an experiment; paths are relative to baseDir. The test files are checked
 * too, so that their problems are reported before training; only test words with a vector enter the vocabulary.
 * `kept`: the vocabulary of a trained network, used instead of a new one because the network has embedding rows only
 * for its entries. Throws a DataError with all problems found.
 */
export async function loadExperimentData(
  config: ExperimentConfig,
  baseDir: string,
  kept: Vocabulary | null = null,
): Promise<LoadedData> {
  const issues = new IssueList()
  const plan = planTasks(config, issues)
  const files = await readCorpora(plan, baseDir, issues)
  issues.throwIfErrors()

  const splits = new Map(
    plan.corpora.map((corpus) => [corpus.name, corpusSplits(corpus, files.get(corpus.name)!, config.seed, issues)]),
  )
  issues.throwIfErrors()
  const taskTags = plan.tasks.map((task) => encodeTags(task, splits.get(task.corpus)!, issues))
  const vectors =
    config.model.vectors === null ? null : await loadVectors(config.model, baseDir, [...splits.values()], issues)
  issues.throwIfErrors()

  const tasks = taskTags.filter((task) => task !== null)
  const lists = kept ?? buildLists(config, [...splits.values()], vectors?.has ?? (() => false))
  const vocabulary = new Vocabulary(config.model.lowercaseWords, lists.words, lists.chars, tagLists(tasks))
  const datasets = [...datasetRecords(plan, files), ...(vectors === null ? [] : [vectors.dataset])]
  return {
    data: encodeData(vocabulary, splits, tasks, vectors?.rowsOf(vocabulary.words) ?? null),
    issues: issues.all,
    datasets,
    vocabulary,
    learnTokens: () => learnConventions([...splits.values()].map(({ train }) => train)),
    evidence: Object.fromEntries(tasks.map((task) => [task.name, task.evidence])),
    coverage: vectors?.coverage ?? null,
  }
}

/** Encodes the tags of train and dev; test tags are only checked. Null if the tags contradict the config. */
function encodeTags(task: PlannedTask, splits: CorpusSplits, issues: IssueList): TaskTags | null {
  const system = tagSystem(task, splits.train, issues)
  if (system === null) return null
  const maxPosition = lastPosition(splits.train.sentenceStart)
  const train = splitTags(task, system, splits.train, maxPosition, issues)
  const dev = splitTags(task, system, splits.dev, maxPosition, issues)
  if (splits.test !== null) splitTags(task, system, splits.test, maxPosition, issues)

  const tagNames = namesInUse(train)
  const tagCount = tagNames.length
  const { kind, scheme, fileScheme, notation, evidence } = system
  const encoded = { train: numberTags(train, tagNames), dev: numberTags(dev, tagNames) }
  warnOfUnseenTags(task.name, encoded.dev, tagNames, tagCount, splits.dev, issues)
  return {
    name: task.name,
    kind,
    score: kind === 'span' ? 'spanF1' : 'accuracy',
    scheme,
    fileScheme,
    ...(notation === undefined ? {} : { notation }),
    tagNames,
    tagCount,
    corpus: task.corpus,
    evidence,
    ...encoded,
  }
}

function buildLists(
  { model }: ExperimentConfig,
  splits: CorpusSplits[],
  hasVector: (word: string) => boolean,
): Pick<Vocabulary, 'words' | 'chars'> {
  const counts = new Map<string, number>()
  for (const { train } of splits) countSpellings(train.words, counts)
  const others = splits.flatMap(({ dev, test }) => [...dev.words.names, ...(test?.words.names ?? [])])
  return {
    words: buildWords(counts, others, model.lowercaseWords, model.wordMinCount, hasVector),
    chars: buildChars(counts, model.charMinCount),
  }
}

function tagLists(tasks: TaskTags[]): Vocabulary['tasks'] {
  return Object.fromEntries(
    tasks.map(({ name, kind, scheme, tagNames, tagCount }) => [
      name,
      { kind, scheme, tagNames: tagNames.slice(0, tagCount) },
    ]),
  )
}

/** Encodes the words of each corpus once; its tasks share the arrays. */
function encodeData(
  vocabulary: Vocabulary,
  splits: Map<string, CorpusSplits>,
  tasks: TaskTags[],
  vectors: Float32Array | null,
): EncodedData {
  const encoder = new WordEncoder(vocabulary)
  const words = new Map<string, { train: EncodedWords; dev: EncodedWords }>()
  for (const [name, { train, dev }] of splits)
    words.set(name, { train: encoder.encode(train), dev: encoder.encode(dev) })
  const encoded = tasks.map(({ corpus, evidence: _, train, dev, ...task }): EncodedTask => {
    const own = words.get(corpus)!
    return { ...task, train: { ...own.train, tags: train }, dev: { ...own.dev, tags: dev } }
  })
  return {
    wordCount: vocabulary.words.length,
    charCount: vocabulary.chars.length,
    vectors,
    spellings: encoder.table(),
    tasks: encoded,
  }
}
