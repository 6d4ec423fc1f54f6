/** Changes to sentences that were left without a decision, for when one comes back to them: after a reload, too, or the next day. */
import type { Answer } from '../../../shared/annotation/correcting.ts'
import type { CorrectionItem } from '../../../shared/protocol/requests/corrections.ts'

const KEY = 'correction-drafts'
/** The oldest go first: storage is small, and nobody leaves so many sentences half done. */
const MOST = 100

type Draft = [key: string, answers: Answer[]]

/** A draft belongs to what one saw when one made it: another suggestion or a decision meanwhile makes it void. */
const keyOf = (project: string, { position, revision, suggestion }: CorrectionItem) =>
  JSON.stringify([project, position, revision, suggestion?.run, suggestion?.method])

export function draftOf(project: string, item: CorrectionItem): Answer[] | null {
  const key = keyOf(project, item)
  return remembered().find(([one]) => one === key)?.[1] ?? null
}

/** `answers` null: there is none any more. */
export function keepDraft(project: string, item: CorrectionItem, answers: Answer[] | null): void {
  const key = keyOf(project, item)
  const all = remembered()
  const others = all.filter(([one]) => one !== key)
  if (answers === null && others.length === all.length) return
  const kept = answers === null ? others : [...others, [key, answers] satisfies Draft]
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.slice(-MOST)))
  } catch {
    // Full: the draft lasts as long as its sentence is shown.
  }
}

/** Read anew each time: another window may have written. */
function remembered(): Draft[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? (found as Draft[]) : []
  } catch {
    return []
  }
}
