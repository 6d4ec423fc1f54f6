/** The report's tables and sentences, which markdown.ts and html.ts write. */
import { own } from '../../../shared/util/nested.ts'
import { duration, grouped, percent, score, thousands } from '../../../shared/util/format.ts'
import { METHOD_NAMES, METHODS, type Method } from '../../../shared/settings/methods.ts'
import { valueAt } from '../../../shared/util/nested.ts'
import type { ChangedSetting } from '../../../shared/runs/records.ts'
import type { Difference } from '../../../shared/runs/bootstrap.ts'
import type { LabelReport, Overlap, ExperimentReport, VariantReport } from '../figures.ts'
import type { Spread } from '../../../shared/util/spread.ts'

/** A number with what stands beside it, apart, so that the digits of a column stay aligned. */
export interface MarkedNumber {
  number: string
  /** E.g. "*"; empty without one. */
  mark: string
  /** E.g. "p 0.012"; empty without one. */
  detail: string
}

export type Cell = string | MarkedNumber

export interface Table {
  title: string
  /** Numbers are right-aligned. */
  columns: { title: string; number: boolean }[]
  rows: Cell[][]
  note: string | null
}

export interface Section {
  title: string
  tables: Table[]
}

/** Differences with p below this are marked as significant. */
const SIGNIFICANT = 0.05

const withSpread = ({ mean, deviation }: Spread) =>
  deviation === null ? score(mean) : `${score(mean)} ± ${score(deviation)}`
const number = (title: string) => ({ title, number: true })
const text = (title: string) => ({ title, number: false })

function difference(found: Difference | null): Cell {
  if (found === null) return '–'
  return {
    number: `${found.points >= 0 ? '+' : '−'}${Math.abs(found.points).toFixed(2)}`,
    mark: found.p < SIGNIFICANT ? '*' : '',
    detail: `p ${found.p < 0.001 ? '< 0.001' : found.p.toFixed(3)}`,
  }
}

export function sections(report: ExperimentReport): Section[] {
  return report.variants.map((variant) => ({
    title: variant.variant ?? 'Results',
    tables: [
      resultTable(variant, report),
      differenceTable(variant),
      ...variant.labels.map(labelTable),
      subnetTable(variant),
      overlapTable(variant),
      stabilityTable(variant),
      pairTable(variant),
      combinationTable(variant),
    ].filter((table) => table !== null),
  }))
}

/** The paper's table: test scores beside the published numbers. */
function resultTable({ methods, tasks, runs }: VariantReport, { definition: { paper } }: ExperimentReport): Table {
  const printed = (method: Method, task: string) => own(paper.scores[method] ?? {}, task)
  const inPaper = (task: string) => methods.some(({ method }) => printed(method, task) !== undefined)
  const paperParams = methods.some(({ method }) => paper.params[method] !== undefined)
  const test = methods.some(({ scores }) => Object.values(scores).some((one) => one.test !== null))
  return {
    title: test ? 'Scores on test' : 'Scores on dev',
    columns: [
      text('method'),
      ...tasks.flatMap(({ name }) => [number(name), ...(inPaper(name) ? [number(`${name}, paper`)] : [])]),
      number('# params'),
      ...(paperParams ? [number('# params, paper')] : []),
    ],
    rows: methods.map(({ method, params, scores }) => [
      METHOD_NAMES[method],
      ...tasks.flatMap(({ name }) => [
        withSpread(scores[name].test ?? scores[name].dev),
        ...(inPaper(name) ? [score(printed(method, name))] : []),
      ]),
      thousands(params.mean),
      ...(!paperParams ? [] : [paper.params[method] === undefined ? '–' : `${paper.params[method]}k`]),
    ]),
    note: `Percent; ${measures(tasks)}. ${runs.length === 1 ? 'One seed.' : `Mean ± standard deviation over ${runs.length} seeds (${runs.map(({ seed }) => seed).join(', ')}).`} Epochs and subnets are chosen on dev; test was read once, at the end. # params: convolution and BiLSTM weights and biases, as the paper counts them.`,
  }
}

function measures(tasks: VariantReport['tasks']): string {
  const named = (kind: string) =>
    tasks
      .filter(({ score: name }) => name === kind)
      .map(({ name }) => name)
      .join(', ')
  return [
    [named('accuracy'), 'accuracy of tokens'],
    [named('spanF1'), 'F1 of spans as conlleval counts them'],
  ]
    .filter(([names]) => names !== '')
    .map((part) => part.join(': '))
    .join('; ')
}

const BASELINES = [
  { versus: 'versusSingle', name: METHOD_NAMES.single },
  { versus: 'versusHard', name: METHOD_NAMES.hard },
] as const

/** One line per method and baseline: a column for each pair of task and baseline would be too wide for a page. */
function differenceTable({ methods, tasks }: VariantReport): Table | null {
  const compared = methods.filter(({ scores }) =>
    Object.values(scores).some(({ versusSingle, versusHard }) => versusSingle !== null || versusHard !== null),
  )
  if (compared.length === 0) return null
  return {
    title: 'Differences on test',
    columns: [text('method'), text('compared with'), ...tasks.map(({ name }) => number(name))],
    rows: compared.flatMap(({ method, scores }) =>
      BASELINES.filter(({ versus }) => tasks.some(({ name }) => scores[name][versus] !== null)).map(
        ({ name: baseline, versus }): Cell[] => [
          METHOD_NAMES[method],
          baseline,
          ...tasks.map(({ name }) => difference(scores[name][versus])),
        ],
      ),
    ),
    note:
      'Points. p: paired bootstrap over the test sentences, 10,000 samples, two-sided, each method as the ' +
      `mean over its seeds; * marks p < ${SIGNIFICANT}. It measures the influence of the choice of test ` +
      'sentences, not of seeds.',
  }
}

function labelTable({ task, split, kind, labels }: LabelReport): Table {
  const methods = METHODS.filter((method) => labels.some(({ f1 }) => f1.has(method)))
  return {
    title: `F1 of each label: ${task}, ${split}`,
    columns: [
      text(kind === 'span' ? 'type' : 'tag'),
      number(kind === 'span' ? 'spans' : 'tokens'),
      ...methods.map((method) => number(METHOD_NAMES[method])),
    ],
    rows: labels.map(({ label, gold, f1 }) => [
      label,
      grouped(gold),
      ...methods.map((method) => (f1.has(method) ? withSpread(f1.get(method)!) : '–')),
    ]),
    note: null,
  }
}

function subnetTable({ subnets }: VariantReport): Table | null {
  if (subnets.length === 0) return null
  return {
    title: 'Dev score against density',
    columns: [number('round'), number('density'), ...subnets.map(({ task }) => number(`${task} dev`))],
    rows: subnets[0].rounds.map(({ round, density }, at) => [
      String(round),
      percent(density),
      ...subnets.map(({ chosen, rounds }): Cell => ({
        number: rounds[at] === undefined ? '–' : withSpread(rounds[at].dev),
        mark: '✓'.repeat(chosen.filter((one) => one.round === round).length),
        detail: '',
      })),
    ]),
    note:
      'Each ✓ is a seed that chose this round’s subnet. Density: the fraction of the prunable weights that ' +
      'is kept, which the paper calls sparsity.',
  }
}

function overlapTable({ overlaps }: VariantReport): Table | null {
  if (overlaps.length === 0) return null
  return {
    title: 'Overlap of the chosen subnets',
    columns: [text('tasks'), number('overlap ratio'), number('by chance')],
    rows: overlaps.map(({ a, b, ratio, chance }) => [`${a} & ${b}`, ratioText(ratio), ratioText(chance)]),
    note:
      'The weights that both keep, as a fraction of those that either keeps. By chance: of random masks of ' +
      'the same densities.',
  }
}

function stabilityTable({ stability }: VariantReport): Table | null {
  if (stability === null) return null
  const both = (overlap: Overlap | null) =>
    overlap === null ? ['–', '–'] : [ratioText(overlap.ratio), ratioText(overlap.chance)]
  return {
    title: 'Stability over seeds',
    columns: [
      text('task'),
      number('overlap with itself'),
      number('by chance'),
      number('overlap with other tasks'),
      number('by chance'),
    ],
    rows: stability.map(({ task, own, others }) => [task, ...both(own), ...both(others)]),
    note: 'Subnets of two seeds, from different start weights: of the same task, and of different ones.',
  }
}

function pairTable({ pairs }: VariantReport): Table | null {
  if (pairs.length === 0) return null
  return {
    title: 'Overlap against gain over hard sharing',
    columns: [
      text('tasks'),
      number('overlap ratio'),
      number('gain of the first'),
      number('gain of the second'),
      number('mean gain'),
    ],
    rows: pairs.map(({ pair, overlap, gains }) => {
      const own = pair.map((task) => gains[task])
      return [
        pair.join(' & '),
        ratioText(overlap),
        ...own.map(signed),
        signed({ ...own[0], mean: (own[0].mean + own[1].mean) / 2, deviation: null }),
      ]
    }),
    note:
      'Two tasks trained without the others, with their chosen subnets: gain of sparse over hard sharing, ' +
      'in points on test.',
  }
}

function combinationTable({ combinations }: VariantReport): Table | null {
  if (combinations.length === 0) return null
  const tasks = Object.keys(combinations[0].rounds)
  const mean = ({ dev }: VariantReport['combinations'][number]) =>
    tasks.reduce((sum, task) => sum + dev[task].mean, 0) / tasks.length
  return {
    title: 'Combinations of densities',
    columns: [
      ...tasks.map((task) => number(`${task} density`)),
      ...tasks.map((task) => number(`${task} dev`)),
      number('mean dev'),
    ],
    rows: combinations
      .toSorted((a, b) => mean(b) - mean(a))
      .map((one) => [
        ...tasks.map((task) => percent(one.densities[task])),
        ...tasks.map((task) => withSpread(one.dev[task])),
        score(mean(one)),
      ]),
    note:
      'Sparse sharing with the subnets of other rounds than the chosen ones, the best mean first. On dev, ' +
      'because test is never used to choose.',
  }
}

const signed = ({ mean, deviation }: Spread) =>
  `${mean >= 0 ? '+' : '−'}${Math.abs(mean).toFixed(2)}${deviation === null ? '' : ` ± ${deviation.toFixed(2)}`}`

const ratioText = ({ mean, deviation }: Spread) =>
  `${mean.toFixed(3)}${deviation === null ? '' : ` ± ${deviation.toFixed(3)}`}`

/** The conditions of the experiment, in sentences. */
export function conditions({
  changes,
  environment,
  datasets,
  definition,
  variants,
  unfinished,
}: ExperimentReport): string[] {
  const worked = variants.flatMap(({ runs }) => runs).reduce((sum, { workedSeconds }) => sum + workedSeconds, 0)
  const plain = (value: unknown) =>
    value === null || value === undefined
      ? 'none'
      : typeof value === 'number' && !Number.isInteger(value)
        ? String(Number(value.toPrecision(4)))
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)
  const vectors = datasets.find(({ split }) => split === 'vectors')
  // Settings of tasks that the definition has describe the data.
  const described = ({ name, value }: ChangedSetting) =>
    name.startsWith('tasks.') && valueAt(definition.config, name.split('.')) === value
  const unlike = changes.filter((change) => change.name !== 'model.vectors' && !described(change))
  return [
    unlike.length === 0
      ? 'All settings are the paper’s.'
      : `Differences from the paper: ${unlike.map(({ name, value, default: usual }) => `${name} is ${plain(value)} instead of ${plain(usual)}`).join('; ')}.`,
    vectors
      ? `Word vectors: ${vectors.path.replace(/^.*[\\/]/, '')}; the paper has GloVe 6B, 100 dimensions.`
      : 'Without word vectors: words start at random, where the paper has GloVe, so the scores of all methods ' +
        'are lower.',
    `${variants.reduce((sum, { runs }) => sum + runs.length, 0)} runs, ${duration(worked)} of training; Sparse Sharing Studio ${environment.product}, ${environment.backend}${environment.isa === null ? '' : ` (${environment.isa})`}, ${environment.threads} ${environment.threads === 1 ? 'thread' : 'threads'}, ${environment.cpu}.`,
    ...(unfinished.length === 0
      ? []
      : [
          `Not finished, so not in the tables: ${unfinished.map(({ name, status }) => `${name} (${status})`).join('; ')}.`,
        ]),
    ...definition.paper.notes,
  ]
}

/** The files that were read, one line each. */
export function dataLines({ datasets }: ExperimentReport): string[] {
  return datasets.map(({ corpus, split, path, sentences, tokens, hash }) => {
    const what =
      split === 'vectors'
        ? `word vectors, ${path.replace(/^.*[\\/]/, '')}`
        : `${corpus}, ${split}: ${sentences ?? '–'} sentences, ${tokens ?? '–'} tokens`
    return `${what}, SHA-256 ${hash}`
  })
}
