/** The model card: contents, training data, scores and how to load the files. Markdown for people and model hubs. */
import { EXPORT_FORMATS, type ExportFormat } from '../../shared/runs/exporting.ts'
import type { LabelScores, Rates } from '../../shared/analysis/labels.ts'
import { MEANS, type TaskLabels } from '../../shared/analysis/runLabels.ts'
import { bytes, grouped, percent, score } from '../../shared/util/format.ts'
import { density, keptCount, overlapRatio, size, type Mask } from '../../shared/network/mask.ts'
import { layerMask, layersBeneath, prunableCount } from '../../shared/network/parameters.ts'
import { METHOD_NAMES } from '../../shared/settings/methods.ts'
import { describeTokens } from '../../shared/tags/tokenConventions.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { vectorsOf } from '../../shared/runs/vectorFacts.ts'
import type { MethodResult } from '../../shared/runs/report.ts'
import type { TaggerModel } from '../tagger/model.ts'
import { MARK } from './folder.ts'
import { LOADING } from './loading.ts'
import type { Subnet } from './subnet.ts'

export interface CardFacts {
  run: RunRecord
  model: TaggerModel
  subnets: Subnet[]
  /** Scores of every label on dev and test, of the method that is exported; empty where the run kept none. */
  labels: TaskLabels[]
  formats: readonly ExportFormat[]
  /** Version of the program. */
  version: string
}

export function modelCard(facts: CardFacts): string {
  return (
    [
      head(facts),
      whatItIs(facts),
      scores(facts),
      labels(facts),
      calibration(facts),
      sizes(facts),
      data(facts),
      loading(facts),
      arithmetic(facts),
      sharing(facts.subnets),
    ]
      .filter((part) => part.length > 0)

      .map((part) => part.join('\n'))
      .join('\n\n') + '\n'
  )
}

/** Metadata for model hubs. The user must choose the licence, which depends on the data too. */
function head({ run }: CardFacts): string[] {
  return [
    '---',
    MARK,
    'license: # fill in the licence of these weights',
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
    `Sequence taggers for ${info.tasks.map(({ name }) => name).join(', ')} by ${METHOD_NAMES[info.method]} (Sun ` +
      `et al., AAAI 2020): a convolution over characters, word vectors, ${layers} BiLSTM ` +
      `layer${layers === 1 ? '' : 's'} with ${hidden} units per direction, and one linear head per ` +
      `task${crf ? ' with a CRF' : ''}.`,
    '',
    `Trained by Sparse Sharing Studio ${run.environment.product} as run \`${run.id}\`, seed ${run.config.seed}; ` +
      `exported by version ${version}.`,
    vectorsLine(run),
    '',
    '| task | kind | scheme | tags |',
    '|---|---|---|---|',
    ...info.tasks.map(
      ({ name, kind, scheme, tagNames }) => `| ${name} | ${kind} | ${scheme ?? '–'} | ${cell(tagNames.join(' '))} |`,
    ),
  ]
}

function vectorsLine({ datasets, config }: RunRecord): string {
  const found = vectorsOf(datasets)
  return found === null
    ? 'Word vectors were learned from its training data alone.'
    : `Word vectors started from ${cell(found.name)} (SHA-256 \`${found.hash}\`, ${config.model.wordDim} dimensions) ` +
        'and were trained on.'
}

const MEASURES = { spanF1: 'span F1 (conlleval)', accuracy: 'token accuracy' }

function scores({ run: { report }, model: { info } }: CardFacts): string[] {
  const result = report?.methods.find(({ method }) => method === info.method)
  if (result === undefined) return ['## Scores', '', 'The run has no report yet.']
  return [
    '## Scores',
    '',
    'In percent. The weights were chosen by dev score; test was read once, at the end.',
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

/** The temperature of each task, and whether the run tags with it. */
function calibration({ model: { info, networks }, formats }: CardFacts): string[] {
  const tasks = networks.flatMap((network) => network.tasks)
  const fitted = info.tasks.flatMap(({ name }) =>
    tasks.filter((task) => task.name === name && task.fitted !== undefined),
  )
  if (fitted.length === 0) return []
  const isUsed = fitted.every(({ temperature, fitted: own }) => temperature === own)
  return [
    '## Confidence',
    '',
    'For calibrated probabilities, divide the scores by the temperature of the task before the softmax (or the CRF). ' +
      'Temperatures were fitted on dev by the negative log-likelihood of the tags (Guo et al., ICML 2017); they change ' +
      `no tag. The run itself ${isUsed ? 'uses them' : 'does not use them'}.`,
    '',
    '| task | method | temperature |',
    '|---|---|---:|',
    ...fitted.map(({ name, fitted: own }) => `| ${name} | ${METHOD_NAMES[info.method]} | ${own!.toFixed(3)} |`),
    '',
    'The weights are not divided by them. ' +
      (formats.includes('packed')
        ? `The packed model contains them: \`tag --calibrated\` uses them${isUsed ? ', and so does `tag` by default' : ''}. `
        : '') +
      'Files with metadata state theirs as `temperature`.',
  ]
}

/** On test, or on dev where a task has no test split. */
function labels({ labels: all, model: { info } }: CardFacts): string[] {
  const shown = info.tasks.flatMap(({ name }) => {
    const own = all.filter(({ task }) => task === name)
    return own.find(({ split }) => split === 'test') ?? own.find(({ split }) => split === 'dev') ?? []
  })
  if (shown.length === 0) return []
  return [
    '## Scores of each label',
    '',
    'In percent. micro: all spans or tokens together; macro: the mean of the labels; weighted: their mean weighted by ' +
      'their number in gold.',
    ...shown.flatMap(({ task, split, kind, methods }) => [
      '',
      `### ${cell(task)}, ${split}`,
      '',
      `| ${kind === 'span' ? 'type | spans' : 'tag | tokens'} | precision | recall | F1 |`,
      '|---|---:|---:|---:|---:|',
      ...labelRows(methods[0].scores),
    ]),
  ]
}

function labelRows(scores: LabelScores): string[] {
  const rates = ({ precision, recall, f1 }: Rates) => `${score(precision)} | ${score(recall)} | ${score(f1)}`
  return [
    ...scores.labels.map((one) => `| ${cell(one.label)} | ${grouped(one.gold)} | ${rates(one)} |`),
    ...MEANS.map((mean) => `| *${mean}* | | ${rates(scores[mean])} |`),
  ]
}

function sizes({ run: { report }, model: { info }, subnets }: CardFacts): string[] {
  const result = report?.methods.find(({ method }) => method === info.method)
  const masks = subnets.map(maskOf).filter((mask) => mask !== null)
  const rows = subnets.map((subnet) => {
    const mask = maskOf(subnet)
    const all = grouped(mask === null ? prunableCount(subnet.shape) : size(mask))
    const kept = mask === null ? `all ${all}` : `${grouped(keptCount(mask))} of ${all}`
    return `| ${subnet.task.name} | ${kept} | ${percent(mask === null ? 1 : density(mask))} |`
  })
  return [
    '## Size',
    '',
    'Kept weights among those that can be pruned: the weight matrices of the convolution and the BiLSTM.',
    '',
    '| task | kept | density |',
    '|---|---:|---:|',
    ...rows,
    '',
    ...(masks.length > 1 ? [`- Overlap ratio of these subnets, |∩M| / |∪M|: ${percent(overlapRatio(masks))}`] : []),
    ...(result === undefined
      ? []
      : [
          '- Encoder parameters of the whole run, including biases, as the paper counts them: ' +
            `${grouped(result.params)}`,
        ]),
  ]
}

function data({ run }: CardFacts): string[] {
  const rows = run.datasets.map(
    ({ corpus, split, path, bytes: size, sentences, hash }) =>
      `| ${cell(corpus)} | ${split} | ${cell(path)}, ${bytes(size)} | ` +
      `${sentences === null ? '–' : grouped(sentences)} | \`${hash}\` |`,
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

function arithmetic({ model: { vocabulary, tokens } }: CardFacts): string[] {
  return [
    '## How scores are computed',
    '',
    `${describeTokens(tokens)}${tokens === null ? '' : ' Complete rules: `tokens.json`.'}`,
    '',
    '`vocabulary.json` lists `words` and `chars` by id, 0 = unknown. Words are looked up ' +
      `${vocabulary.lowercaseWords ? 'lower-cased' : 'as written'}; characters (code points) keep their case. ` +
      '`tasks` lists the tags by id.',
    '',
    'Matrices are row-major, `[inputs, outputs]`.',
    '',
    '1. Characters: the row of each character in `char.table`; windows of `charWidth` characters, with zeros ' +
      'beyond the word, times `char.conv.W` (rows: position in the window, then dimension) plus `char.conv.b`; ' +
      'ReLU; maximum over the word; times `char.projection.W` plus `char.projection.b`.',
    '2. Input of the first BiLSTM layer: the row of the word in `word.table`, followed by the result of step 1.',
    '3. Each BiLSTM layer `bilstm.LAYER`, layers counted from 0: `forward` reads the sentence from the left, ' +
      '`backward` from the right; `[x, h] · W + b[0] + b[1]` gives the gates i, f, g, o in columns; c = σ(f) c + ' +
      'σ(i) tanh(g), h = σ(o) tanh(c). Both outputs, forward first, are the input of the next layer.',
    '4. Scores of the tags: the output of the last layer that the task reads, times `head.TASK.W` plus `head.TASK.b`.',
    '5. Without a CRF, the tag with the highest score; with a CRF, the best path by `head.TASK.transitions` ' +
      '(from, to), `.start` and `.end`.',
  ]
}

/** What the arithmetic of soft and hierarchical sharing needs beyond the common steps; nothing for other methods. */
function sharing(subnets: readonly Subnet[]): string[] {
  const { soft, heads } = subnets[0].shape
  const layersOf = ({ task, shape }: Subnet) => layersBeneath(shape, task.name)
  if (soft?.variant === 'crossStitch')
    return [
      '## Soft sharing: cross-stitch',
      '',
      'Each task s has its own BiLSTM, `soft.s.bilstm.LAYER`, and every file contains those of all tasks. All ' +
        'read the same input of step 2. After each layer, the output that task t receives is mixed:',
      '',
      '    z_t = Σ_s α[t, s] · h_s',
      '',
      'h_s is the output of task s’s BiLSTM in this layer and α is `soft.stitch.LAYER`: the row is the receiving ' +
        'task, the column the task that it receives from. z_t is the input of task t’s BiLSTM in the next layer ' +
        'and, after the last layer, of its head in step 4.',
      '',
      `Order of the tasks in rows and columns: ${heads.map(({ task }, i) => `${i} = ${task}`).join(', ')}.`,
    ]
  if (soft !== undefined)
    return [
      '## Soft sharing: L2 tie',
      '',
      'Each task has its own BiLSTM, `soft.TASK.bilstm.LAYER`, in place of `bilstm.LAYER`. The tie between them ' +
        'acts only during training: the scores of a task depend on its own BiLSTM alone.',
    ]
  if (subnets.every(({ shape }) => shape.heads.every(({ layers }) => layers === undefined))) return []
  return [
    '## Hierarchical sharing',
    '',
    'A task reads the BiLSTM layers up to that of its head. Its file contains only these, and its mask in the ' +
      'table above is 1 for their weights and for the convolution, 0 for the layers above.',
    '',
    '| task | layers | head reads the output of |',
    '|---|---:|---|',
    ...subnets.map((subnet) => `| ${subnet.task.name} | ${layersOf(subnet)} | \`bilstm.${layersOf(subnet) - 1}\` |`),
  ]
}

/** The mask of a subnet; in hierarchical sharing, where none is stored, that of its layers. Null: all ones. */
function maskOf({ task, shape, mask }: Subnet): Mask | null {
  return mask ?? (shape.heads.some(({ layers }) => layers !== undefined) ? layerMask(shape, task.name) : null)
}

/** Escapes text for a table or a heading. */
function cell(text: string): string {
  // Control characters too: a terminal may show the card.
  return text.replace(/[\s\p{Cc}]+/gu, ' ').replaceAll('|', '\\|')
}
