/** Text broken into lines at its blanks; a word wider than a line has one of its own. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const last = lines.at(-1)!
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}
