/** Stage 2: joint training, soft sharing, and what may be measured beside it. */
import { z } from 'zod'
import { count } from './fields.ts'

export const joint = z.strictObject({
  epochs: count().default(100).describe('Joint epochs. In each, every task sees its data once on average.'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('Learning rate in epoch e (from 0) is lr / (1 + decay · e).'),
  clipValue: z.number().gt(0).nullable().default(5).describe('Clip each component of the gradient to ± this value.'),
  clipNorm: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe('Before that, clip the gradient to this global norm, as stage 1 does. The paper does not.'),
  sampling: z
    .enum(['proportional', 'roundRobin', 'annealed'])
    .default('proportional')
    .describe(
      'How the task of each step is chosen: in proportion to its data, in turn (roundRobin), or annealed from ' +
        'proportional to uniform over the epochs.',
    ),
  averageFrom: count()
    .nullable()
    .default(null)
    .describe(
      'From this epoch on (from 1), score and keep the mean of the weights after each epoch (stochastic weight ' +
        'averaging, Izmailov et al. 2018), which evens out the noise of a constant rate. The paper does not.',
    ),
  patience: count()
    .nullable()
    .default(null)
    .describe(
      'Stop after this many epochs without a better mean dev score. Epochs before the first above 0 do not count.',
    ),
})

export const soft = z.strictObject({
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

export const analyses = z.strictObject({
  choiceOnTest: z
    .boolean()
    .default(false)
    .describe(
      'Also score test after every joint epoch, to measure what choosing the epoch on test would add, as the ' +
        'authors’ code does. Nothing is chosen by these scores, and they stay sealed until the run ends.',
    ),
})
