/** Argument schemas that several requests have in common. */
import { z } from 'zod'
import { JOINT_METHODS } from '../../settings/methods.ts'

/** A run by its id or what else it goes by. */
export const runReference = z.string().min(1).max(200)
export const taskName = z.string().min(1).max(200)

export const corpusId = z.string().regex(/^[\w-]{1,64}$/)
export const corpusName = z.string().trim().min(1).max(100)

/** A file that the program holds. */
export const handedFile = z.string().regex(/^[\w-]{1,64}$/)

export const trainingId = z.strictObject({
  phase: z.enum(['warmup', 'imp', ...JOINT_METHODS]),
  task: taskName.nullable(),
  round: z.number().int().min(0).nullable(),
})

/** A config as the window has it: whatever it holds, the program checks it by the one schema of settings. */
export const anyConfig = z.record(z.string(), z.unknown())
