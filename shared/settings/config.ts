/**
 * The schema of an experiment. Command-line flags, config files, form fields and the hash of a run derive from it.
 * Defaults are the paper's (Sun et al., AAAI 2020) unless the description says otherwise.
 */
import { z } from 'zod'
import { BACKENDS } from '../devices/backends.ts'
import { CORPUS_FORMATS } from '../annotation/formats.ts'
import { METHODS } from './methods.ts'

export type { JointMethod, Method } from './methods.ts'

/** Pruning rate that reaches density 0.1 in 20 rounds: 1 - 0.1^(1/20) = 10.87 % of the remaining weights per round. */
export const PAPER_PRUNING_RATE = 1 - 0.1 ** (1 / 20)

/** GloVe 6B, 100 dimensions. */
export const PAPER_WORD_DIM = 100

const count = () => z.number().int().min(1)
const rate = () => z.number().min(0).max(1)
const column = z.union([z.number().int().min(0), z.string().min(1)])

/**
 * For records whose keys are names that people give: refuses `__proto__`, which zod drops in silence and which is not
 * an ordinary key of an object. Call it last: zod's methods make copies.
 */
function refusingProto<Schema extends z.ZodRecord | z.ZodDefault<z.ZodRecord>>(schema: Schema): Schema {
  const { run } = schema._zod
  schema._zod.run = (payload, context) => {
    const value: unknown = payload.value
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '__proto__')) return run(payload, context)
    payload.issues.push({
      code: 'invalid_key',
      origin: 'record',
      issues: [{ code: 'custom', path: [], message: '__proto__ is reserved', input: '__proto__' }],
      path: ['__proto__'],
      input: value,
      inst: schema,
    })
    return payload
  }
  return schema
}

const corpus = z.strictObject({
  train: z.string().min(1).describe('Training file.'),
  dev: z.string().min(1).nullable().default(null).describe('Development file. If none, part of train is held out.'),
  test: z.string().min(1).nullable().default(null).describe('Test file. Read once, at the end.'),
  devFraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Fraction of train that is held out, by seed, if there is no dev file.'),
  format: z
    .enum(['auto', ...CORPUS_FORMATS])
    .default('auto')
    .describe(
      'File format. auto detects it from the first lines. conll2012 is the format of OntoNotes 5, webanno WebAnno ' +
        'TSV 3, csv a table with a column for the sentence, huggingface JSON with lists of tokens and tags.',
    ),
  encoding: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Encoding of the files: latin1, windows-1252, utf-16le, gb18030, …; without one, UTF-8.'),
  labels: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Names of numbered tags: a list (O,B-PER,I-PER), or a file: dataset_info.json, README.md or config.json of ' +
        'Hugging Face.',
    ),
  words: column
    .default(0)
    .describe('Column of the words in a CoNLL file, counted from 0. Fixed in CoNLL-U and CoNLL-2012.'),
})

const task = z.strictObject({
  corpus: z.string().min(1).nullable().default(null).describe('Name of its corpus. Optional if there is only one.'),
  tags: column
    .nullable()
    .default(null)
    .describe(
      'Column of the tags: a number, counted from 0; in CoNLL-U a column name (UPOS, XPOS, DEPREL) or MISC:Key; ' +
        'in CoNLL-2012 POS, NER or CHUNK.',
    ),
  synthetic: z
    .enum(['position'])
    .nullable()
    .default(null)
    .describe('Artificial tags instead of a column: position = the token’s position in its sentence.'),
  kind: z
    .enum(['auto', 'span', 'token'])
    .default('auto')
    .describe('How it is scored: span = span F1, token = accuracy, auto = span if the tags follow a span scheme.'),
  scheme: z
    .enum(['auto', 'IOB1', 'IOB2', 'BIOES', 'BILOU'])
    .default('auto')
    .describe('Scheme of the tags in the file.'),
  trainScheme: z.enum(['IOB2', 'BIOES', 'asFile']).default('BIOES').describe('Scheme in which span tags are trained.'),
  layer: z
    .number()
    .int()
    .min(1)
    .max(4)
    .nullable()
    .default(null)
    .describe(
      'Hierarchical sharing: the BiLSTM layer that it reads, counted from 1. By default 1 for token tasks, the ' +
        'top layer for span tasks.',
    ),
})

/** What is tried for a word without a vector; each includes those before it. */
export const VECTOR_LOOKUPS = ['lowercase', 'digits', 'stem'] as const

export type VectorLookup = (typeof VECTOR_LOOKUPS)[number]

const model = z.strictObject({
  wordDim: count()
    .default(PAPER_WORD_DIM)
    .describe('Size of a word vector. At its default it follows the word vectors; another value must match them.'),
  vectors: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Word vectors: the name of an installed set (see the command vectors), ' +
        'or a file in GloVe, word2vec or fastText format, plain or gzip.',
    ),
  vectorLookup: z
    .enum(VECTOR_LOOKUPS)
    .default('lowercase')
    .describe(
      'What to try for a word without a vector. lowercase: its lower-cased form, as in the paper; ' +
        'digits: then with every digit as 0; stem: then its part before an apostrophe.',
    ),
  lowercaseWords: z.boolean().default(true).describe('Lower-case words for look-up. Characters keep their case.'),
  wordMinCount: count()
    .default(1)
    .describe('Words that occur less often in train are unknown, unless they have a vector.'),
  wordDropout: rate().default(0.01).describe('Probability of replacing a word by the unknown word during training.'),
  charDim: count().default(30).describe('Size of a character embedding.'),
  charMinCount: count().default(2).describe('Characters that occur less often in train are unknown.'),
  charFilters: count().default(30).describe('Convolution filters over the characters of a word.'),
  charWidth: z
    .number()
    .int()
    .min(1)
    .max(9)
    .refine((n) => n % 2 === 1, 'must be odd')
    .default(3)
    .describe('Width of the character convolution. Must be odd.'),
  charOut: count().default(30).describe('Size of the projection after the character convolution.'),
  hidden: count().default(200).describe('Hidden units per direction of the BiLSTM.'),
  layers: z
    .number()
    .int()
    .min(1)
    .max(4)
    .default(1)
    .describe(
      'Number of BiLSTM layers. 1 reproduces the paper’s parameter counts on CoNLL-2003, 2 those on OntoNotes.',
    ),
  dropout: rate().lt(1).default(0.5).describe('Dropout rate on the embeddings and on the BiLSTM output.'),
  crf: z
    .boolean()
    .default(false)
    .describe('Use a conditional random field over each task’s scores instead of a softmax.'),
})

const optimizer = z.strictObject({
  learningRate: z.number().gt(0).default(0.1).describe('SGD learning rate.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('SGD momentum.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('L2 weight decay on the weights that a step updates, except embeddings.'),
  batchSize: count().default(10).describe('Sentences per batch.'),
  keep: z
    .enum(['best', 'last'])
    .default('best')
    .describe(
      'Which weights a training keeps. best: those of its best epoch on dev, and of each task the subnet that does best ' +
        'there; last: those of its last epoch, and the last subnet. For a final training on all data, where nothing is ' +
        'held out to choose by.',
    ),
  onDivergence: z
    .enum(['stop', 'halve'])
    .default('stop')
    .describe(
      'When the loss explodes. stop: the run fails with the reason; halve: the training returns to its best epoch ' +
        'and goes on at half the learning rate.',
    ),
})

const warmup = z.strictObject({
  steps: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Length of the multi-task warmup before pruning, in joint steps (the paper’s w).'),
  epochs: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Length of the warmup in joint epochs, in addition to the steps.'),
})

const imp = z.strictObject({
  epochs: count().default(100).describe('Epochs per round (the paper’s k).'),
  pruningRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(PAPER_PRUNING_RATE)
    .describe('Fraction of the remaining weights that each round prunes (the paper’s α).'),
  minDensity: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.1)
    .describe('Minimum density: stop when this fraction of the weights remains (the paper’s S).'),
  maxRounds: count()
    .nullable()
    .default(null)
    .describe('Maximum number of pruning rounds, even if minDensity is not reached.'),
  scope: z
    .enum(['global', 'layer'])
    .default('global')
    .describe('Compare magnitudes over all prunable weights (global), or prune each layer at the same rate (layer).'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0.05)
    .describe('Learning rate in epoch e (from 0) is lr / (1 + decay · e).'),
  clipNorm: z.number().gt(0).nullable().default(5).describe('Clip the gradient to this global norm.'),
  patience: count()
    .nullable()
    .default(null)
    .describe(
      'Stop a round after this many epochs without a better dev score. Epochs before the first score above 0 do not count.',
    ),
  stop: z
    .enum(['epochs', 'patience', 'settled'])
    .default('epochs')
    .describe(
      'When a round ends. epochs: after imp.epochs, or earlier by imp.patience where that is set; patience: the ' +
        'same, and imp.patience must be set; settled: pruned rounds only find masks and end when the next mask ' +
        'settles, then the best candidates (finalists) are trained like the dense round.',
    ),
  settledChange: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.1)
    .describe(
      'settled: a mask has settled when this fraction of what the round prunes, or less, differs from the epoch before.',
    ),
  settledEpochs: count().default(2).describe('settled: for so many epochs in a row.'),
  searchEpochs: count().default(10).describe('settled: maximum epochs of a round that only finds a mask.'),
  finalists: count().default(2).describe('settled: number of candidates per task that are trained to the end.'),
  criterion: z
    .enum(['magnitude', 'random', 'snip'])
    .default('magnitude')
    .describe(
      'Which weights to prune first. magnitude: the smallest after training, as in the paper; random: a control; ' +
        'snip: those that matter least to the loss at the start (Lee et al. 2019).',
    ),
})

const joint = z.strictObject({
  epochs: count().default(100).describe('Joint epochs. In each, every task sees its data once on average.'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('Learning rate in epoch e (from 0) is lr / (1 + decay · e).'),
  clipValue: z.number().gt(0).nullable().default(5).describe('Clip each component of the gradient to ± this value.'),
  sampling: z
    .enum(['proportional', 'roundRobin', 'annealed'])
    .default('proportional')
    .describe(
      'How the task of each step is chosen: in proportion to its data, in turn (roundRobin), or annealed from ' +
        'proportional to uniform over the epochs.',
    ),
  patience: count()
    .nullable()
    .default(null)
    .describe(
      'Stop after this many epochs without a better mean dev score. Epochs before the first above 0 do not count.',
    ),
})

const soft = z.strictObject({
  variant: z
    .enum(['crossStitch', 'l2Tie'])
    .default('crossStitch')
    .describe(
      'How the BiLSTMs of the tasks share: crossStitch mixes their outputs with learned weights (Misra et al. ' +
        '2016); l2Tie pulls their weights together (Duong et al. 2015). The paper does not say which it used.',
    ),
  own: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.9)
    .describe('crossStitch: initial weight of a task’s own output. The other tasks share the rest.'),
  tie: z.number().min(0).default(0.0001).describe('l2Tie: strength λ of the penalty.'),
})

const tickets = z.strictObject({
  run: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Use the subnets that this earlier run in the same database found, instead of searching: joint training only.',
    ),
  rounds: refusingProto(
    z
      .record(
        z.string().min(1),
        z.number().int().min(0).describe('Round of the task’s subnet in that run. Default: the round chosen there.'),
      )
      .default({})
      .describe('The round of that run that each task uses.'),
  ),
})

const extend = z.strictObject({
  run: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Add tasks to this finished run in the same database. Its tasks keep their subnets and files; other tasks ' +
        'are new.',
    ),
  how: z
    .enum(['joint', 'private'])
    .default('joint')
    .describe(
      'joint: train all tasks together again. private: train only weights that no earlier task keeps, so that ' +
        'their predictions stay the same to the bit.',
    ),
  rounds: refusingProto(
    z
      .record(
        z.string().min(1),
        z.number().int().min(0).describe('Round of the task’s subnet in that run. Default: the round chosen there.'),
      )
      .default({})
      .describe('The earlier tasks and the round that each uses. Filled in when the run is created.'),
  ),
})

const analyses = z.strictObject({
  choiceOnTest: z
    .boolean()
    .default(false)
    .describe(
      'Also score test after every joint epoch, to measure what choosing the epoch on test would add, as the ' +
        'authors’ code does. Nothing is chosen by these scores, and they stay sealed until the run ends.',
    ),
})

export const configSchema = z.strictObject({
  name: z.string().min(1).default('experiment').describe('Name of the experiment.'),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .default(['sparse'])
    .describe('Methods to train: single, subnet, hard, soft, hierarchical, sparse.'),
  seed: z.number().int().min(0).max(0xffffffff).default(2019).describe('Random seed.'),
  backend: z
    .enum(['auto', ...BACKENDS])
    .default('auto')
    .describe('Where the run computes. auto takes the fastest available backend.'),
  threads: z.number().int().min(0).default(0).describe('Number of cores to use; 0 = all.'),
  corpora: refusingProto(
    z
      .record(z.string().min(1), corpus)
      .refine((c) => Object.keys(c).length > 0, 'needs at least one corpus')
      .describe('Corpora by name.'),
  ),
  tasks: refusingProto(
    z
      .record(z.string().regex(/^[\w-]+$/, 'letters, digits, _ and - only'), task)
      .refine((t) => Object.keys(t).length > 0, 'needs at least one task')
      .describe('Tasks by name.'),
  ),
  model: model.prefault({}).describe('The shared CNN-BiLSTM.'),
  optimizer: optimizer.prefault({}).describe('The optimizer.'),
  warmup: warmup.prefault({}).describe('Multi-task warmup (MTW).'),
  imp: imp.prefault({}).describe('Stage 1: iterative magnitude pruning.'),
  tickets: tickets.prefault({}).describe('Subnets chosen by hand, instead of stage 1.'),
  extend: extend.prefault({}).describe('Tasks added to an earlier run.'),
  joint: joint.prefault({}).describe('Stage 2: joint training.'),
  soft: soft.prefault({}).describe('Soft sharing, a baseline.'),
  analyses: analyses.prefault({}).describe('Analyses that must be asked for.'),
})

export type ExperimentConfig = z.output<typeof configSchema>
/** What a user writes: settings with a default are optional. */
export type ExperimentConfigInput = z.input<typeof configSchema>
export type ModelConfig = ExperimentConfig['model']
export type OptimizerConfig = ExperimentConfig['optimizer']
export type ImpConfig = ExperimentConfig['imp']
export type TicketsConfig = ExperimentConfig['tickets']
export type ExtendConfig = ExperimentConfig['extend']
export type JointConfig = ExperimentConfig['joint']
export type SoftConfig = ExperimentConfig['soft']
export type CorpusConfig = ExperimentConfig['corpora'][string]
export type TaskConfig = ExperimentConfig['tasks'][string]
