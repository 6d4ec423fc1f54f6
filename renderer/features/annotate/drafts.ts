/** Changes to sentences that were left without a decision. The page remembers them, also after a reload. */
import type { Answer } from '../../../shared/annotation/project.ts'
import type { AnnotationItem } from '../../../shared/protocol/requests/annotateResults.ts'

const KEY = 'correction-drafts'
/** The oldest drafts are dropped first: storage is small. */
const MOST = 100

type Draft = [key: string, answers: Answer[]]

/** A draft belongs to a suggestion and a revision: after another suggestion or a decision it is not valid. */
const keyOf = (project: string, { position, revision, suggestion }: AnnotationItem) =>
  JSON.stringify([project, position, revision, suggestion?.run, suggestion?.method])

export function draftOf(project: string, item: AnnotationItem): Answer[] | null {
  const key = keyOf(project, item)
  return remembered().find(([one]) => one === key)?.[1] ?? null
}

/** `answers` null: deletes the draft. */
export function keepDraft(project: string, item: AnnotationItem, answers: Answer[] | null): void {
  const key = keyOf(project, item)
  const all = remembered()
  const others = all.filter(([one]) => one !== key)
  if (answers === null && others.length === all.length) return
  const kept = answers === null ? others : [...others, [key, answers] satisfies Draft]
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.slice(-MOST)))
  } catch {
    // The storage is full: the draft exists only while its sentence is shown.
  }
}

/** Read each time: another window may have written. */
function remembered(): Draft[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? (found as Draft[]) : []
  } catch {
    return []
  }
}
