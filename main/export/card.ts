/** The model card: what the files are, what they were trained on, how good they are and how they are loaded. Markdown for people and model hubs. */
import { EXPORT_FORMATS, type ExportFormat } from '../../shared/runs/exporting.ts'
import { bytes, grouped, percent, score } from '../../shared/util/format.ts'
import { density, keptCount, overlapRatio, size } from '../../shared/network/mask.ts'
import { METHOD_NAMES } from '../../shared/settings/methods.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import type { MethodResult } from '../../shared/runs/report.ts'
import type { TaggerModel } from '../tagger/model.ts'
import { MARK } from './folder.ts'
import { LOADING } from './loading.ts'
import type { Subnet } from './subnet.ts'

export interface CardFacts {
  run: RunRecord
  model: TaggerModel
  subnets: Subnet[]
  formats: readonly ExportFormat[]
  /** Of the program. */
  version: string
}

export function modelCard(facts: CardFacts): string {
  return (
    [head(facts), whatItIs(facts), scores(facts), sizes(facts), data(facts), loading(facts), reading(facts)]
      .map((part) => part.join('\n'))
      .join('\n\n') + '\n'
  )
}

/** As model hubs read it. The licence is the user's to give: it follows from the data too. */
function head({ run }: CardFacts): string[] {
  return [
    '---',
    MARK,
    'license: # to be filled in: the licence you give these weights',
    'pipeline_tag: token-classification',
    'tags: [sparse-sharing, sequence-tagging]',
    '---',
    '',
    `# ${cell(run.name)}`,
  ]
}

function whatItIs({ run, model: { info }, version }: CardFacts): string[] {
  const { hidden, layers, crf } = run.config.model
  return [
    `Sequence taggers for ${info.tasks.map(({ name }) => name).join(', ')} by ${METHOD_NAMES[info.method]} (Sun et al., AAAI 2020): a convolution over characters, word vectors, ${layers} BiLSTM layer${layers === 1 ? '' : 's'} of ${hidden} units a direction, a linear head a task${crf ? ' with a CRF' : ''}.`,
    '',
    `Trained by Sparse Sharing Studio ${run.environment.product} as run \`${run.id}\`, seed ${run.config.seed}; exported by version ${version}.`,
    '',
    '| task | kind | scheme | tags |',
    '|---|---|---|---|',
    ...info.tasks.map(
      ({ name, kind, scheme, tagNames }) => `| ${name} | ${kind} | ${scheme ?? '–'} | ${cell(tagNames.join(' '))} |`,
    ),
  ]
}

const MEASURES = { spanF1: 'F1 of spans, conlleval counting', accuracy: 'accuracy of tokens' }

function scores({ run: { report }, model: { info } }: CardFacts): string[] {
  const result = report?.methods.find(({ method }) => method === info.method)
  if (result === undefined) return ['## Scores', '', 'The run has no report yet.']
  return [
    '## Scores',
    '',
    'In percent. Dev chose the weights; test was read once, after every choice.',
    '',
    '| task | measure | dev | test |',
    '|---|---|---:|---:|',
    ...info.tasks.flatMap(({ name }) => scoreRow(name, result)),
  ]
}

function scoreRow(task: string, { scores: all }: MethodResult): string[] {
  const found = all[task]
  return found === undefined
    ? []
    : [`| ${task} | ${MEASURES[found.dev.name]} | ${score(found.dev.value)} | ${score(found.test?.value)} |`]
}

function sizes({ run: { report }, model: { info }, subnets }: CardFacts): string[] {
  const result = report?.methods.find(({ method }) => method === info.method)
  const masks = subnets.flatMap(({ mask }) => (mask === null ? [] : [mask]))
  const rows = subnets.map(
    ({ task, mask }) =>
      `| ${task.name} | ${mask === null ? 'all' : `${grouped(keptCount(mask))} of ${grouped(size(mask))}`} | ${percent(mask === null ? 1 : density(mask))} |`,
  )
  return [
    '## Size',
    '',
    'Weights kept of those that can be pruned: of the convolution and the BiLSTM.',
    '',
    '| task | kept | density |',
    '|---|---:|---:|',
    ...rows,
    '',
    ...(masks.length > 1 ? [`- Overlap ratio of the subnets here, |∩M| / |∪M|: ${percent(overlapRatio(masks))}`] : []),
    ...(result === undefined
      ? []
      : [`- Encoder parameters of the whole run as the paper counts them, biases included: ${grouped(result.params)}`]),
  ]
}

function data({ run }: CardFacts): string[] {
  const rows = run.datasets.map(
    ({ corpus, split, path, bytes: size, sentences, hash }) =>
      `| ${cell(corpus)} | ${split} | ${cell(path)}, ${bytes(size)} | ${sentences === null ? '–' : grouped(sentences)} | \`${hash}\` |`,
  )
  return [
    '## Data',
    '',
    '| corpus | split | file | sentences | SHA-256 |',
    '|---|---|---|---:|---|',
    ...rows,
    '',
    'All settings: `config.yaml`.',
  ]
}

function loading({ formats, model: { info } }: CardFacts): string[] {
  const shown = EXPORT_FORMATS.filter((format) => formats.includes(format))
  return ['## How to load it', ...shown.flatMap((format) => ['', ...LOADING[format](info.tasks[0].name)])]
}

function reading({ model: { vocabulary } }: CardFacts): string[] {
  return [
    '## How text is read',
    '',
    `\`vocabulary.json\`: \`words\` and \`chars\` by number, 0 = unknown; words are looked up ${vocabulary.lowercaseWords ? 'lower-cased' : 'as they are written'}, characters (code points) always keep their case. \`tasks\`: the tags by number.`,
    '',
    "The arithmetic, with row-major matrices `[inputs, outputs]`: each character's row of `char.table`; windows of `charWidth` characters, zeros beyond the word's ends, times `char.conv.W` (rows: place in the window, then dimension) plus `char.conv.b`; ReLU; the largest over the word; times `char.projection.W` plus its bias; behind the word's row of `word.table`. Then the LSTMs, forward beside backward: `[x, h] · W + b[0] + b[1]`, gates i, f, g, o in columns, c = σ(f) c + σ(i) tanh(g), h = σ(o) tanh(c). Then `head.TASK.W` and `.b`. Without a CRF the largest score is the tag; with one, the best path by `transitions` (from, to), `start` and `end`.",
  ]
}

/** Within a table or a heading. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|')
}
