/** `annotate`: the annotation projects of the studio: creates, lists, exports, compares and trains on them. */
import { EXPORT_FORMATS, exportProject } from '../annotate/export.ts'
import { newProject } from '../annotate/create.ts'
import { listOrWrite, SCHEMES } from '../annotate/list.ts'
import { importFile, printAgreement } from '../annotate/people.ts'
import { drawCurve, trainProject } from '../annotate/training.ts'
import type { ParsedArgs } from '../args.ts'
import { jsonOption, type Command, type Context } from '../command.ts'
import { databaseOption } from '../database.ts'
import { UsageError } from '../errors.ts'

interface Action {
  /** Further arguments, as messages name them. */
  needs: string[]
  /** Whether the last of them may be many. */
  many?: boolean
  run(words: string[], args: ParsedArgs, context: Context): Promise<number>
}

/** A Map, because an argument may be called like a property of every object. */
const ACTIONS = new Map<string, Action>([
  [
    'new',
    { needs: ['NAME', 'FILES'], many: true, run: ([name, ...files], ...rest) => newProject(name, files, ...rest) },
  ],
  ['import', { needs: ['PROJECT', 'FILE'], run: ([name, file], ...rest) => importFile(name, file, ...rest) }],
  ['export', { needs: ['PROJECT'], run: ([name], ...rest) => exportProject(name, ...rest) }],
  ['agreement', { needs: ['PROJECT'], run: ([name], ...rest) => printAgreement(name, ...rest) }],
  ['learning-curve', { needs: ['PROJECT'], run: ([name], ...rest) => drawCurve(name, ...rest) }],
  ['train', { needs: ['PROJECT'], run: ([name], ...rest) => trainProject(name, ...rest) }],
])

export const annotate: Command = {
  name: 'annotate',
  aliases: ['corrections'],
  arguments: ['[ACTION]', '[PROJECT]', '[FILE…]'],
  summary: 'Annotation projects: create, list, import and export decisions, measure agreement, train.',
  details: [
    'Without an action: all projects and their progress; with the name or id of a project alone: its accepted and ' +
      'fixed sentences, in the order of the source. Open and skipped sentences are left out.',
    'annotate new NAME FILES… --task NAME --labels PER,ORG [--kind tokens]: a project from text (plain, tables, JSON, tagged corpora).',
    "annotate import PROJECT FILE --as NAME: another person's decisions, in any format that `convert` reads.",
    'annotate export PROJECT --format FORMAT --out FILE [--annotator NAME]: what is decided, or what one person decided.',
    'annotate agreement PROJECT: how far people agree, by task and label, and the sentences they differ in.',
    'annotate learning-curve PROJECT: trains on 25, 50, 75 and 100 % of what is decided and says what the last quarter brought.',
    'annotate train PROJECT [--folds 5]: trains on what is decided; its model then suggests labels for the open sentences.',
    '  sparse-sharing annotate new news news.txt --task entities --labels PER,ORG,LOC',
    '  sparse-sharing annotate export news --format doccano --out news.jsonl',
    '  sparse-sharing annotate news | sparse-sharing convert --to labelstudio --task pos=1 --task ner=2',
  ],
  options: [
    databaseOption,
    jsonOption,
    {
      name: 'task',
      value: 'NAME',
      repeats: true,
      description:
        'new: a task; give --labels and --kind once for each. import: where a task is in FILE, as NAME=COLUMN or ' +
        'NAME=LABEL,LABEL.',
    },
    { name: 'labels', value: 'NAMES', repeats: true, description: 'new: the labels of the task, separated by commas.' },
    { name: 'kind', value: 'KIND', repeats: true, description: 'new: spans or tokens [spans].' },
    {
      name: 'text-column',
      value: 'NAME',
      description: 'new: the column of the text in tables, or its field in JSON [detected].',
    },
    { name: 'words', value: 'N', description: 'new: column of the words in CoNLL files, counted from 0 [0].' },
    {
      name: 'encoding',
      value: 'NAME',
      description: 'new, import: encoding of the files: latin1, windows-1252, utf-16le, gb18030, … [UTF-8].',
    },
    {
      name: 'as',
      value: 'NAME',
      description:
        'import: whose decisions these are [name of the file]. new: the labels that the files have are decisions of ' +
        'NAME.',
    },
    { name: 'annotator', value: 'NAME', description: 'export: the decisions of this person, imported ones too.' },
    {
      name: 'format',
      value: 'FORMAT',
      description:
        `export: ${EXPORT_FORMATS.join(', ')} [conll]: conll = columns separated by tabs, the word and one column per ` +
        'task; jsonl = one JSON object per sentence; with a project alone also whether it was accepted or fixed, and ' +
        'which run suggested it. new: how the files are read [auto].',
    },
    {
      name: 'folds',
      value: 'N',
      description:
        'train, learning-curve: 5 = cross-validation, which judges every sentence once by a model that has not seen it; ' +
        '1 = one part that scores [train: 1; learning-curve: 5 where one part is too small to be judged].',
    },
    {
      name: 'resume',
      description: 'learning-curve, train with folds: continue trainings that were stopped; what is done stays done.',
    },
    { name: 'out', value: 'FILE', description: 'Write to FILE, which appears once it is complete.' },
    { name: 'scheme', value: 'SCHEME', description: `Scheme of span tags: ${SCHEMES.join(', ')} [IOB2].` },
    {
      name: 'offsets',
      value: 'UNIT',
      description: 'Unit of offsets in JSON: codePoints (Python) or utf16 (JavaScript) [codePoints].',
    },
  ],
  settings: false,
  run: runAnnotate,
}

async function runAnnotate(args: ParsedArgs, context: Context): Promise<number> {
  const [first, ...words] = args.arguments
  const action = first === undefined ? undefined : ACTIONS.get(first)
  if (action === undefined) {
    if (words.length > 0)
      throw new UsageError(`annotate ${first}: expected an action: ${[...ACTIONS.keys()].join(', ')}; or one project`)
    return listOrWrite(args, context)
  }
  const { needs, many = false, run } = action
  if (words.length < needs.length)
    throw new UsageError(
      `annotate ${first} needs ${needs.slice(words.length).join(' ')}; see: sparse-sharing help annotate`,
    )
  if (words.length > needs.length && !many)
    throw new UsageError(`annotate ${first}: unexpected argument ${JSON.stringify(words[needs.length])}`)
  return run(words, args, context)
}
