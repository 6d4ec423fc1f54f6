/** Collects the problems of the data; they are thrown together before training starts. */
import type { DataIssue } from './types.ts'

/** Formats one issue for display: `file:line: task ner: found …, expected …`. */
export function formatIssue(issue: DataIssue): string {
  const place = issue.line === null ? issue.file : `${issue.file}:${issue.line}`
  const task = issue.task === null ? '' : `task ${issue.task}: `
  return `${place}: ${task}${issue.message}`
}

/** Thrown if the data cannot be used. `issues` contains all errors and warnings found. */
export class DataError extends Error {
  readonly code = 'badData'
  readonly issues: DataIssue[]

  constructor(issues: DataIssue[]) {
    const errors = issues.filter((issue) => issue.severity === 'error').map(formatIssue)
    super(
      errors.length === 1
        ? errors[0]
        : `${errors.length} problems in the data:\n${errors.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'DataError'
    this.issues = issues
  }
}

/** Collects the errors and warnings of all steps of loading. */
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

  /** Throws a DataError with all issues so far if any is an error. */
  throwIfErrors(): void {
    if (this.hasErrors) throw new DataError(this.all)
  }
}
