/** Requests about corpora, projects and experiments whose rows or files are damaged. Damaged runs are in the list of runs. */
import { z } from 'zod'

export const DAMAGED_KINDS = ['corpus', 'project', 'experiment'] as const
export type DamagedKind = (typeof DAMAGED_KINDS)[number]

/** One that its list leaves out, with the reason. */
export interface Damaged {
  id: string
  name: string
  createdAt: string
  /** One sentence for people. */
  reason: string
}

const kind = z.enum(DAMAGED_KINDS)

export const damagedRequests = {
  'damaged.list': z.strictObject({ kind }),
  /** Deletes one that is damaged: the row with all that belongs to it, and the files of a corpus. */
  'damaged.delete': z.strictObject({ kind, id: z.string().min(1).max(200) }),
}

export interface DamagedResults {
  'damaged.list': Damaged[]
  'damaged.delete': Record<string, never>
}
