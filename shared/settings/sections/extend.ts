/** Tasks added to a finished run. */
import { z } from 'zod'
import { refusingProto, roundsByTask } from './fields.ts'

export const extend = z.strictObject({
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
    roundsByTask()
      .default({})
      .describe('The earlier tasks and the round that each uses. Filled in when the run is created.'),
  ),
})
