/** Rows of tags below the words of a sentence. No DOM. */
export interface TagRow {
  key: string
  name: string
  tags: string[]
  /** The tags that it should have; absent: nothing is marked. */
  expected?: string[]
  /** Whether its name is emphasised. */
  chosen?: boolean
}

/** The tokens whose tag is not the expected one. */
export function wrongIn({ tags, expected }: TagRow): ReadonlySet<number> {
  return new Set(expected === undefined ? [] : tags.flatMap((tag, t) => (tag === expected[t] ? [] : [t])))
}
