/** How a step is made, in every stage. */
import { z } from 'zod'
import { count } from './fields.ts'

export const optimizer = z.strictObject({
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
