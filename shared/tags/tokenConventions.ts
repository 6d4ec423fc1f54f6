/**
 * How a corpus splits text into tokens, as learned from its training tokens. Stored with the run, in packed models and
 * in exports.
 */
import { z } from 'zod'
import { grouped } from '../util/format.ts'

/**
 * How raw text becomes tokens. auto: as the training corpus does, if the run recorded it, else plain; plain: by rules
 * that know no corpus; corpus: as the training corpus does, or an error.
 */
export const TOKENISATIONS = ['auto', 'plain', 'corpus'] as const
export type Tokenisation = (typeof TOKENISATIONS)[number]

/** 1: the text is split there; 0: it is kept together. */
const split = z.literal([0, 1])
export type Split = z.output<typeof split>

/**
 * What follows a word and its dot: e = the end of the sentence, l = a lower-case word, u = a capitalised word, d = a
 * number, p = another sign. The values of `dots` list those before which the dot belongs to the word.
 */
export type FollowedBy = 'e' | 'l' | 'u' | 'd' | 'p'

/** Rules by context; a context writes L for Latin letters, D for digits, other capitals for other scripts. */
const byContext = z.record(z.string(), split)
const words = z.array(z.string())

export const tokenConventionsSchema = z.strictObject({
  version: z.literal(1),
  /** Number of training tokens that they were learned from. */
  tokens: z.int().min(0),
  /** Kinds of letters of the training tokens: a piece of text with others is split by the plain rules. */
  scripts: z.string(),
  /** Lower-cased endings that are tokens of their own: `n't`, `'s`. */
  clitics: words,
  /** Lower-cased beginnings that are tokens of their own: `l'`. */
  proclitics: words,
  /** Lower-cased words written as one and annotated as two, with the length of the first: `cannot` 3. */
  contractions: z.record(z.string(), z.int().min(1)),
  /** Tokens with a sign in them that no other rule keeps together: `Yahoo!`, `:)`. */
  whole: words,
  /** A sign inside a word. */
  infixes: z.strictObject({
    /** Lower-cased beginnings that keep together with what follows: `non-`. */
    left: words,
    /** Lower-cased ends that keep together with what precedes: `.com`. */
    right: words,
    /** By the characters on both sides: `L-L`, `D/D`. */
    kinds: byContext,
  }),
  /** A sign before a word: `+D`. */
  prefixes: byContext,
  /** A sign after a word: `D%`. */
  suffixes: byContext,
  /** Two signs in a row: `?!`. */
  pairs: byContext,
  /** Lower-cased letters split from the number before them: `pm`. */
  units: words,
  /** Words whose dot belongs to them, by what follows: `Oct` `elud`. */
  dots: z.record(z.string(), z.string()),
  /** The same for words that were not seen, by their shape. */
  dotShapes: z.record(z.string(), z.string()),
  /** Lower-cased words that are capitalised mostly because a sentence begins with them: `the`. */
  starters: words,
  /** Abbreviations that no sentence ends with: `Mr`. */
  titles: words,
})
export type TokenConventions = z.output<typeof tokenConventionsSchema>

/** Checks what was stored. Throws an Error where it is not conventions of this version. */
export function readTokenConventions(json: unknown): TokenConventions {
  const { success, data, error } = tokenConventionsSchema.safeParse(json)
  if (success) return data
  const [{ path, message }] = error.issues
  throw new Error(`the token conventions cannot be read: ${path.map(String).join('.')}: ${message}`)
}

/** In a few sentences of Markdown, for people. */
export function describeTokens(conventions: TokenConventions | null): string {
  if (conventions === null)
    return (
      'Raw text is split into tokens by rules that know no corpus (`--tokens plain`): words keep their apostrophes ' +
      'and hyphens.'
    )
  const { tokens, clitics, proclitics, infixes, dots } = conventions
  const apart = [...clitics, ...proclitics]
  const abbreviations = Object.keys(dots)
  const hyphen = infixes.kinds['L-L']
  return [
    'Raw text is split into tokens as in the training corpus (`--tokens corpus`), learned from its',
    `${grouped(tokens)} tokens:`,
    apart.length === 0 ? 'no clitics are split off;' : `${code(apart, 12)} are tokens of their own;`,
    hyphen === 1 ? 'words are split at hyphens;' : 'words keep their hyphens;',
    abbreviations.length === 0
      ? 'no abbreviations are known.'
      : `${grouped(abbreviations.length)} abbreviations keep their dot (${code(
          abbreviations.map((word) => `${word}.`),
          6,
        )}).`,
  ].join(' ')
}

const code = (texts: string[], most: number) =>
  texts
    .slice(0, most)
    .map((text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``))
    .join(', ') + (texts.length > most ? ', …' : '')
