/** Corpora and the tasks that are read from them. */
import { z } from 'zod'
import { CORPUS_FORMATS } from '../../annotation/formats.ts'
import { column } from './fields.ts'

export const corpus = z.strictObject({
  train: z.string().min(1).describe('Training file.'),
  dev: z.string().min(1).nullable().default(null).describe('Development file. If none, part of train is held out.'),
  test: z.string().min(1).nullable().default(null).describe('Test file. Read once, at the end.'),
  devFraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Fraction of train that is held out, by seed, if there is no dev file.'),
  format: z
    .enum(['auto', ...CORPUS_FORMATS])
    .default('auto')
    .describe(
      'File format. auto detects it from the first lines. conll2012 is the format of OntoNotes 5, webanno WebAnno ' +
        'TSV 3, csv a table with a column for the sentence, huggingface JSON with lists of tokens and tags.',
    ),
  encoding: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Encoding of the files: latin1, windows-1252, utf-16le, gb18030, …; without one, UTF-8.'),
  labels: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Names of numbered tags: a list (O,B-PER,I-PER), or a file: dataset_info.json, README.md or config.json of ' +
        'Hugging Face.',
    ),
  words: column
    .default(0)
    .describe('Column of the words in a CoNLL file, counted from 0. Fixed in CoNLL-U and CoNLL-2012.'),
})

export const task = z.strictObject({
  corpus: z.string().min(1).nullable().default(null).describe('Name of its corpus. Optional if there is only one.'),
  tags: column
    .nullable()
    .default(null)
    .describe(
      'Column of the tags: a number, counted from 0; in CoNLL-U a column name (UPOS, XPOS, DEPREL) or MISC:Key; ' +
        'in CoNLL-2012 POS, NER or CHUNK.',
    ),
  synthetic: z
    .enum(['position'])
    .nullable()
    .default(null)
    .describe('Artificial tags instead of a column: position = the token’s position in its sentence.'),
  kind: z
    .enum(['auto', 'span', 'token'])
    .default('auto')
    .describe('How it is scored: span = span F1, token = accuracy, auto = span if the tags follow a span scheme.'),
  scheme: z
    .enum(['auto', 'IOB1', 'IOB2', 'BIOES', 'BILOU'])
    .default('auto')
    .describe('Scheme of the tags in the file.'),
  trainScheme: z.enum(['IOB2', 'BIOES', 'asFile']).default('BIOES').describe('Scheme in which span tags are trained.'),
  layer: z
    .number()
    .int()
    .min(1)
    .max(4)
    .nullable()
    .default(null)
    .describe(
      'Hierarchical sharing: the BiLSTM layer that it reads, counted from 1. By default 1 for token tasks, the ' +
        'top layer for span tasks.',
    ),
})
