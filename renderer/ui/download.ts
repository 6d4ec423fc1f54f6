/** Hands a file to the user: the browser's download, Electron's save dialog. */
export { toCsv } from '../../shared/util/csv.ts'

export function download(name: string, content: Blob | string, type = 'text/plain;charset=utf-8'): void {
  const address = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName(name)
  link.click()
  // Later: the download reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** The name that a file is saved under: nothing in it that a system or a shell could take amiss. */
export function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '-')
}
