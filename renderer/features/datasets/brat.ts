/** brat has its annotations (.ann) and their text (.txt) in two files of the same name, which are picked together. */

const bare = (name: string) => name.replace(/\.\w+$/, '')
const isAnnotations = ({ name }: { name: string }) => /\.ann$/i.test(name)

/** The files without the texts of annotations among them, and the text of each file of annotations. */
export function withTexts<T extends { name: string }>(files: readonly T[]): { whole: T[]; texts: Map<T, T> } {
  const texts = new Map<T, T>()
  for (const file of files.filter(isAnnotations)) {
    const text = files.find((one) => /\.txt$/i.test(one.name) && bare(one.name) === bare(file.name))
    if (text !== undefined) texts.set(file, text)
  }
  const beside = new Set(texts.values())
  return { whole: files.filter((file) => !beside.has(file)), texts }
}
