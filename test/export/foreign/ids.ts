/** Encodes sentences using only vocabulary.json and the model card, without code of the program. */

export interface ExportedVocabulary {
  lowercaseWords: boolean
  words: string[]
  chars: string[]
  tasks: Record<string, { tagNames: string[] }>
}

export interface Ids {
  /** Per sentence and word; 0 = unknown. */
  words: number[][]
  /** Per sentence, word and character. */
  chars: number[][][]
}

export function idsOf(sentences: readonly string[][], { words, chars, lowercaseWords }: ExportedVocabulary): Ids {
  const numbers = (list: string[]) => new Map(list.map((text, number) => [text, number] as const).slice(1))
  const [wordNumbers, charNumbers] = [numbers(words), numbers(chars)]
  return {
    words: sentences.map((sentence) =>
      sentence.map((word) => wordNumbers.get(lowercaseWords ? word.toLowerCase() : word) ?? 0),
    ),
    chars: sentences.map((sentence) => sentence.map((word) => [...word].map((char) => charNumbers.get(char) ?? 0))),
  }
}

/** Some sentences as padded arrays: ids plus 1; 0 = padding. */
export interface Padded {
  words: Int32Array
  chars: Int32Array
  shape: [batch: number, tokens: number, chars: number]
}

export function padded({ words, chars }: Ids, from: number, to: number): Padded {
  const own = words.slice(from, to)
  const T = Math.max(...own.map((sentence) => sentence.length))
  const C = Math.max(
    1,
    ...chars
      .slice(from, to)
      .flat()
      .map((word) => word.length),
  )
  const result: Padded = {
    words: new Int32Array(own.length * T),
    chars: new Int32Array(own.length * T * C),
    shape: [own.length, T, C],
  }
  own.forEach((sentence, b) =>
    sentence.forEach((word, t) => {
      result.words[b * T + t] = word + 1
      chars[from + b][t].forEach((char, c) => (result.chars[(b * T + t) * C + c] = char + 1))
    }),
  )
  return result
}

/** [B, T, tags] of a padded batch → the rows of its tokens, per sentence. */
export function rowsOf(scores: ArrayLike<number>, lengths: readonly number[], T: number): number[][][] {
  const tags = scores.length / (lengths.length * T)
  return lengths.map((length, b) =>
    Array.from({ length }, (_, t) => Array.from({ length: tags }, (__, c) => scores[(b * T + t) * tags + c])),
  )
}
