/** Argument schemas that several requests have in common. */
import { z } from 'zod'
import { JOINT_METHODS } from '../../settings/methods.ts'

/** A run by its id, name or `last`. */
export const runReference = z.string().min(1).max(200)
export const taskName = z.string().min(1).max(200)

export const corpusId = z.string().regex(/^[\w-]{1,64}$/)
export const corpusName = z.string().trim().min(1).max(100)

/** Id of a file that the program holds for the page. */
export const fileId = z.string().regex(/^[\w-]{1,64}$/)

export const trainingId = z.strictObject({
  phase: z.enum(['warmup', 'imp', 'search', ...JOINT_METHODS]),
  task: taskName.nullable(),
  round: z.number().int().min(0).nullable(),
})

/** A config as the page has it. The handlers check it with the schema of settings. */
export const anyConfig = z.record(z.string(), z.unknown())
