/**
 * The one schema of an experiment. Command-line flags, config files, form fields and the run hash derive from it;
 * every default is the paper's (Sun et al., AAAI 2020) unless the description says otherwise.
 */
import { z } from 'zod'
import { BACKENDS } from '../devices/backends.ts'
import { METHODS } from './methods.ts'

export type { JointMethod, Method } from './methods.ts'

/** Pruning rate that reaches density 0.1 in 20 rounds: 1 - 0.1^(1/20) = 10.87 % of what remains, every round. */
export const PAPER_PRUNING_RATE = 1 - 0.1 ** (1 / 20)

const count = () => z.number().int().min(1)
const rate = () => z.number().min(0).max(1)
const column = z.union([z.number().int().min(0), z.string().min(1)])

const corpus = z.strictObject({
  train: z.string().min(1).describe('Training file.'),
  dev: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Development file; without one, a part of train is held out.'),
  test: z.string().min(1).nullable().default(null).describe('Test file; read once, at the very end.'),
  devFraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Fraction of train held out, by seed, where no dev file is given.'),
  format: z
    .enum(['auto', 'conll', 'conllu', 'conll2012'])
    .default('auto')
    .describe(
      'File format; auto looks at the name and the first lines and tells conll and conllu apart; conll2012 is that of OntoNotes 5.',
    ),
  words: column
    .default(0)
    .describe('Column of the words in a CoNLL file, counted from 0; CoNLL-U and CoNLL-2012 have theirs.'),
})

const task = z.strictObject({
  corpus: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Name of its corpus; may be left out where there is only one.'),
  tags: column
    .nullable()
    .default(null)
    .describe(
      'Column of the tags: a number from 0, or in CoNLL-U a column name (UPOS, XPOS, DEPREL) or MISC:Key; in CoNLL-2012 POS, NER or CHUNK.',
    ),
  synthetic: z
    .enum(['position'])
    .nullable()
    .default(null)
    .describe('Made-up tags instead of a column: position = the index of the token in its sentence.'),
  kind: z
    .enum(['auto', 'span', 'token'])
    .default('auto')
    .describe('span: scored by F1 of spans; token: scored by accuracy; auto: span where the tags are a span scheme.'),
  scheme: z
    .enum(['auto', 'IOB1', 'IOB2', 'BIOES', 'BILOU'])
    .default('auto')
    .describe('Scheme of the tags in the file.'),
  trainScheme: z.enum(['IOB2', 'BIOES', 'asFile']).default('BIOES').describe('Scheme that span tags are trained in.'),
  layer: z
    .number()
    .int()
    .min(1)
    .max(4)
    .nullable()
    .default(null)
    .describe(
      'In hierarchical sharing, the BiLSTM layer that it reads, counted from 1; by default 1 for token tasks, the top one for span tasks.',
    ),
})

const model = z.strictObject({
  wordDim: count().default(100).describe('Size of a word vector; must match the vectors file where one is given.'),
  vectors: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Word vectors in GloVe or word2vec text format, plain or gzip.'),
  lowercaseWords: z.boolean().default(true).describe('Look words up lower-cased; characters keep their case.'),
  wordMinCount: count().default(1).describe('Words seen less often in train are unknown, unless they have a vector.'),
  wordDropout: rate().default(0.01).describe('Chance that a word is replaced by the unknown word while training.'),
  charDim: count().default(30).describe('Size of a character embedding.'),
  charMinCount: count().default(2).describe('Characters seen less often in train are unknown.'),
  charFilters: count().default(30).describe('Convolution filters over the characters of a word.'),
  charWidth: z
    .number()
    .int()
    .min(1)
    .max(9)
    .refine((n) => n % 2 === 1, 'must be odd')
    .default(3)
    .describe('Width of the character convolution; odd.'),
  charOut: count().default(30).describe('Size of the projection after the character convolution.'),
  hidden: count().default(200).describe('Hidden units per direction of the BiLSTM.'),
  layers: z
    .number()
    .int()
    .min(1)
    .max(4)
    .default(1)
    .describe('BiLSTM layers: 1 reproduces the paper’s CoNLL-2003 counts, 2 its OntoNotes counts.'),
  dropout: rate().lt(1).default(0.5).describe('Dropout on embeddings and on the BiLSTM output.'),
  crf: z.boolean().default(false).describe('A conditional random field over each task’s scores instead of a softmax.'),
})

const optimizer = z.strictObject({
  learningRate: z.number().gt(0).default(0.1).describe('SGD learning rate.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('SGD momentum.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('L2 weight decay on the weights a step touches; embeddings excepted.'),
  batchSize: count().default(10).describe('Sentences per batch.'),
})

const warmup = z.strictObject({
  steps: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Multi-task warmup before pruning, in joint steps; the paper’s w.'),
  epochs: z.number().int().min(0).default(0).describe('The same in joint epochs; added to the steps.'),
})

const imp = z.strictObject({
  epochs: count().default(100).describe('Epochs of training in each round; the paper’s k.'),
  pruningRate: z
    .number()
    .gt(0)
    .lt(1)
    .default(PAPER_PRUNING_RATE)
    .describe('Fraction of the remaining weights pruned each round; the paper’s α.'),
  minDensity: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.1)
    .describe('Stop once this fraction of the weights remains; the paper’s S.'),
  maxRounds: count()
    .nullable()
    .default(null)
    .describe('Stop after this many pruned rounds even if minDensity is not reached.'),
  scope: z
    .enum(['global', 'layer'])
    .default('global')
    .describe('Compare magnitudes over all prunable weights, or prune each layer by the same rate.'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0.05)
    .describe('Learning rate in epoch e (from 0) is lr / (1 + decay · e).'),
  clipNorm: z.number().gt(0).nullable().default(5).describe('Clip the gradient to this global norm.'),
  patience: count()
    .nullable()
    .default(null)
    .describe('Stop a round after this many epochs without a better dev score.'),
})

const joint = z.strictObject({
  epochs: count().default(100).describe('Joint epochs; in one, every task is expected to see its data once.'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('Learning rate in epoch e (from 0) is lr / (1 + decay · e).'),
  clipValue: z.number().gt(0).nullable().default(5).describe('Clip each component of the gradient to ± this.'),
  sampling: z
    .enum(['proportional', 'roundRobin', 'annealed'])
    .default('proportional')
    .describe(
      'How the next task is drawn: in proportion to its data, in turn, or from proportional to uniform over the epochs.',
    ),
  patience: count().nullable().default(null).describe('Stop after this many epochs without a better mean dev score.'),
})

const soft = z.strictObject({
  variant: z
    .enum(['crossStitch', 'l2Tie'])
    .default('crossStitch')
    .describe(
      'How the tasks’ own BiLSTMs share: crossStitch mixes their outputs by learned weights (Misra et al. 2016); l2Tie pulls their weights together (Duong et al. 2015). The paper does not say which it used.',
    ),
  own: z
    .number()
    .gt(0)
    .lte(1)
    .default(0.9)
    .describe('crossStitch: weight of a task’s own output at the start; the others share the rest.'),
  tie: z.number().min(0).default(0.0001).describe('l2Tie: strength λ of the pull.'),
})

const tickets = z.strictObject({
  run: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Take the subnets that this earlier run of the same database found, instead of searching: joint training alone.',
    ),
  rounds: z
    .record(
      z.string().min(1),
      z.number().int().min(0).describe('Round of its subnet in that run; left out, the one chosen there.'),
    )
    .default({})
    .describe('Which round of that run each task takes.'),
})

const extend = z.strictObject({
  run: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Add tasks to this finished run of the same database: its tasks come along with their subnets and files; those named beside them are new.',
    ),
  how: z
    .enum(['joint', 'private'])
    .default('joint')
    .describe(
      'joint: all tasks are trained together anew; private: the new tasks train only weights that no earlier task keeps, whose predictions stay the same to the bit.',
    ),
  rounds: z
    .record(
      z.string().min(1),
      z.number().int().min(0).describe('Round of its subnet in that run; left out, the one chosen there.'),
    )
    .default({})
    .describe('The earlier tasks and the round each takes; filled in at creation.'),
})

export const configSchema = z.strictObject({
  name: z.string().min(1).default('experiment').describe('Name of the experiment.'),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .default(['sparse'])
    .describe('What to train: single, subnet, hard, soft, hierarchical, sparse.'),
  seed: z.number().int().min(0).max(0xffffffff).default(2019).describe('Seed of everything random.'),
  backend: z
    .enum(['auto', ...BACKENDS])
    .default('auto')
    .describe('Where the arithmetic runs; auto takes the fastest present.'),
  threads: z.number().int().min(0).default(0).describe('Cores to use; 0 = all.'),
  corpora: z
    .record(z.string().min(1), corpus)
    .refine((c) => Object.keys(c).length > 0, 'needs at least one corpus')
    .describe('The corpora by name.'),
  tasks: z
    .record(z.string().regex(/^[\w-]+$/, 'letters, digits, _ and - only'), task)
    .refine((t) => Object.keys(t).length > 0, 'needs at least one task')
    .describe('The tasks by name.'),
  model: model.prefault({}).describe('The shared CNN-BiLSTM.'),
  optimizer: optimizer.prefault({}).describe('The optimiser.'),
  warmup: warmup.prefault({}).describe('Multi-task warmup (MTW).'),
  imp: imp.prefault({}).describe('Stage 1: iterative magnitude pruning.'),
  tickets: tickets.prefault({}).describe('Subnets picked by hand, in place of stage 1.'),
  extend: extend.prefault({}).describe('Tasks added to an earlier run.'),
  joint: joint.prefault({}).describe('Stage 2: joint training.'),
  soft: soft.prefault({}).describe('Soft sharing, a baseline.'),
})

export type ExperimentConfig = z.output<typeof configSchema>
/** What a user writes: everything with a default may be left out. */
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
