/** Faults of the data: collected, never one at a time, and thrown together before anything is trained. */
import type { DataIssue } from './types.ts'

/** One issue as people read it: `file:line: task ner: found …, expected …`. */
export function formatIssue(issue: DataIssue): string {
  const place = issue.line === null ? issue.file : `${issue.file}:${issue.line}`
  const task = issue.task === null ? '' : `task ${issue.task}: `
  return `${place}: ${task}${issue.message}`
}

/** Thrown where data cannot be used. `issues` holds every error found, and the warnings beside them. */
export class DataError extends Error {
  readonly code = 'badData'
  readonly issues: DataIssue[]

  constructor(issues: DataIssue[]) {
    const errors = issues.filter((issue) => issue.severity === 'error').map(formatIssue)
    super(
      errors.length === 1
        ? errors[0]
        : `${errors.length} faults in the data:\n${errors.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'DataError'
    this.issues = issues
  }
}

/** Where the parts of a load put what they find. */
export class IssueList {
  readonly all: DataIssue[] = []

  error(file: string, line: number | null, message: string, task: string | null = null): void {
    this.all.push({ severity: 'error', file, line, task, message })
  }

  warn(file: string, line: number | null, message: string, task: string | null = null): void {
    this.all.push({ severity: 'warning', file, line, task, message })
  }

  get hasErrors(): boolean {
    return this.all.some((issue) => issue.severity === 'error')
  }

  /** Throws a DataError of all issues so far if one of them is an error. */
  throwIfErrors(): void {
    if (this.hasErrors) throw new DataError(this.all)
  }
}
