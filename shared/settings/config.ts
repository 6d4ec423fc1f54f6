/**
 * The schema of an experiment. Command-line flags, config files, form fields and the hash of a run derive from it.
 * Defaults are the paper's (Sun et al., AAAI 2020) unless the description says otherwise. A file of `sections/` has
 * the settings of one section or of a stage.
 */
import { z } from 'zod'
import { BACKENDS } from '../devices/backends.ts'
import { METHODS } from './methods.ts'
import { corpus, task } from './sections/data.ts'
import { extend } from './sections/extend.ts'
import { refusingProto } from './sections/fields.ts'
import { analyses, joint, soft } from './sections/joint.ts'
import { model } from './sections/model.ts'
import { optimizer } from './sections/optimizer.ts'
import { imp, tickets, warmup } from './sections/pruning.ts'

export type { JointMethod, Method } from './methods.ts'
export { PAPER_WORD_DIM, VECTOR_LOOKUPS, type VectorLookup } from './sections/model.ts'
export { PAPER_PRUNING_RATE } from './sections/pruning.ts'

export const configSchema = z.strictObject({
  name: z.string().min(1).default('experiment').describe('Name of the experiment.'),
  methods: z
    .array(z.enum(METHODS))
    .min(1)
    .default(['sparse'])
    .describe('Methods to train: single, subnet, hard, soft, hierarchical, sparse.'),
  seed: z.number().int().min(0).max(0xffffffff).default(2019).describe('Random seed.'),
  backend: z
    .enum(['auto', ...BACKENDS])
    .default('auto')
    .describe('Where the run computes. auto takes the fastest available backend.'),
  threads: z.number().int().min(0).default(0).describe('Number of cores to use; 0 = all.'),
  corpora: refusingProto(
    z
      .record(z.string().min(1), corpus)
      .refine((c) => Object.keys(c).length > 0, 'needs at least one corpus')
      .describe('Corpora by name.'),
  ),
  tasks: refusingProto(
    z
      .record(z.string().regex(/^[\w-]+$/, 'letters, digits, _ and - only'), task)
      .refine((t) => Object.keys(t).length > 0, 'needs at least one task')
      .describe('Tasks by name.'),
  ),
  model: model.prefault({}).describe('The shared CNN-BiLSTM.'),
  optimizer: optimizer.prefault({}).describe('The optimizer.'),
  warmup: warmup.prefault({}).describe('Multi-task warmup (MTW).'),
  imp: imp.prefault({}).describe('Stage 1: iterative magnitude pruning.'),
  tickets: tickets.prefault({}).describe('Subnets chosen by hand, instead of stage 1.'),
  extend: extend.prefault({}).describe('Tasks added to an earlier run.'),
  joint: joint.prefault({}).describe('Stage 2: joint training.'),
  soft: soft.prefault({}).describe('Soft sharing, a baseline.'),
  analyses: analyses.prefault({}).describe('Analyses that must be asked for.'),
})

export type ExperimentConfig = z.output<typeof configSchema>
/** What a user writes: settings with a default are optional. */
export type ExperimentConfigInput = z.input<typeof configSchema>
export type ModelConfig = ExperimentConfig['model']
export type OptimizerConfig = ExperimentConfig['optimizer']
export type ImpConfig = ExperimentConfig['imp']
export type TicketsConfig = ExperimentConfig['tickets']
export type ExtendConfig = ExperimentConfig['extend']
export type JointConfig = ExperimentConfig['joint']
export type SoftConfig = ExperimentConfig['soft']
export type CorpusConfig = ExperimentConfig['corpora'][string]
export type TaskConfig = ExperimentConfig['tasks'][string]
