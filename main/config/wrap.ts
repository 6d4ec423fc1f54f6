import stringWidth from 'string-width'

/** Breaks text into lines at its blanks. A word wider than `width` gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const last = lines.at(-1)!
    if (last !== '' && stringWidth(last) + 1 + stringWidth(word) > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}
