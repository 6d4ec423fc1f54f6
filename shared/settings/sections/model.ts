/** The shared CNN-BiLSTM. */
import { z } from 'zod'
import { count, rate } from './fields.ts'

/** GloVe 6B, 100 dimensions. */
export const PAPER_WORD_DIM = 100

/** What is tried for a word without a vector; each includes those before it. */
export const VECTOR_LOOKUPS = ['lowercase', 'digits', 'stem'] as const

export type VectorLookup = (typeof VECTOR_LOOKUPS)[number]

export const model = z.strictObject({
  wordDim: count()
    .default(PAPER_WORD_DIM)
    .describe('Size of a word vector. At its default it follows the word vectors; another value must match them.'),
  vectors: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Word vectors: the name of an installed set (see the command vectors), ' +
        'or a file in GloVe, word2vec or fastText format, plain or gzip.',
    ),
  vectorLookup: z
    .enum(VECTOR_LOOKUPS)
    .default('lowercase')
    .describe(
      'What to try for a word without a vector. lowercase: its lower-cased form, as in the paper; ' +
        'digits: then with every digit as 0; stem: then its part before an apostrophe.',
    ),
  lowercaseWords: z.boolean().default(true).describe('Lower-case words for look-up. Characters keep their case.'),
  wordMinCount: count()
    .default(1)
    .describe('Words that occur less often in train are unknown, unless they have a vector.'),
  wordDropout: rate().default(0.01).describe('Probability of replacing a word by the unknown word during training.'),
  charDim: count().default(30).describe('Size of a character embedding.'),
  charMinCount: count().default(2).describe('Characters that occur less often in train are unknown.'),
  charFilters: count().default(30).describe('Convolution filters over the characters of a word.'),
  charWidth: z
    .number()
    .int()
    .min(1)
    .max(9)
    .refine((n) => n % 2 === 1, 'must be odd')
    .default(3)
    .describe('Width of the character convolution. Must be odd.'),
  charOut: count().default(30).describe('Size of the projection after the character convolution.'),
  hidden: count().default(200).describe('Hidden units per direction of the BiLSTM.'),
  layers: z
    .number()
    .int()
    .min(1)
    .max(4)
    .default(1)
    .describe(
      'Number of BiLSTM layers. 1 reproduces the paper’s parameter counts on CoNLL-2003, 2 those on OntoNotes.',
    ),
  dropout: rate().lt(1).default(0.5).describe('Dropout rate on the embeddings and on the BiLSTM output.'),
  crf: z
    .boolean()
    .default(false)
    .describe('Use a conditional random field over each task’s scores instead of a softmax.'),
})
