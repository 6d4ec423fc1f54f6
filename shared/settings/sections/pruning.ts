/** Stage 1: the warmup before it, iterative magnitude pruning, or subnets that an earlier run found. */
import { z } from 'zod'
import { count, refusingProto, roundsByTask } from './fields.ts'

/** Pruning rate that reaches density 0.1 in 20 rounds: 1 - 0.1^(1/20) = 10.87 % of the remaining weights per round. */
export const PAPER_PRUNING_RATE = 1 - 0.1 ** (1 / 20)

export const warmup = z.strictObject({
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

export const imp = z.strictObject({
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

export const tickets = z.strictObject({
  run: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Use the subnets that this earlier run in the same database found, instead of searching: joint training only.',
    ),
  rounds: refusingProto(roundsByTask().default({}).describe('The round of that run that each task uses.')),
})
