/**
 * Schemas of the JSON in the database, as far as the program relies on it. Unknown keys are allowed: later versions may
 * have added them. Types are in shared/runs/.
 */
import { z } from 'zod'
import { SERIES_KINDS, SERIES_STATUSES } from '../../shared/annotation/series.ts'
import { JOINT_METHODS, METHODS } from '../../shared/settings/methods.ts'
import { tokenConventionsSchema } from '../../shared/tags/tokenConventions.ts'

/** Any number: a diverged loss is NaN, a missing best score -Infinity. */
const number = z
  .number()
  .or(z.nan())
  .or(z.literal([Infinity, -Infinity]))
const count = z.number().int().nonnegative()
const method = z.enum(METHODS)
const object = z.looseObject

const score = object({ name: z.enum(['accuracy', 'spanF1']), value: number })
const scoresByTask = z.record(z.string(), score)

export const RUN_STATUSES = ['created', 'running', 'stopped', 'finished', 'failed'] as const

export const environmentSchema = object({
  product: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  backend: z.string(),
  threads: number,
  packages: z.record(z.string(), z.string()),
})

export const datasetsSchema = z.array(
  object({
    hash: z.string(),
    path: z.string(),
    bytes: number,
    corpus: z.string(),
    split: z.enum(['train', 'dev', 'test', 'vectors']),
    sentences: number.nullable(),
    tokens: number.nullable(),
  }),
)

const overlap = object({ all: number, pairs: z.array(object({ a: z.string(), b: z.string(), ratio: number })) })

export const reportSchema = object({
  tasks: z.array(object({ name: z.string(), kind: z.enum(['span', 'token']), tags: number })),
  methods: z.array(
    object({
      method,
      params: number,
      scores: z.record(z.string(), object({ dev: score, test: score.nullable(), bestEpoch: number })),
    }),
  ),
  tickets: z.array(
    object({
      task: z.string(),
      candidates: z.array(object({ round: count, density: number, kept: number, dev: score })),
      chosen: count,
    }),
  ),
  overlap: overlap.extend({ layers: z.array(overlap.extend({ layer: z.string() })) }).nullable(),
  prunable: number,
})

const epochScores = object({
  mean: number.nullable(),
  tasks: z.record(z.string(), object({ value: number, epoch: number })),
})

export const digestSchema = object({
  trainings: object({ done: number, begun: number, planned: number }),
  best: object({ method, meanDev: number }).nullable(),
  scores: object({ method, best: epochScores, last: epochScores, chosen: epochScores }).nullable(),
  group: z.string(),
})

export const trainingIdSchema = z.union([
  object({ phase: z.enum(['imp', 'search']), task: z.string(), round: count }),
  object({ phase: z.enum(['warmup', ...JOINT_METHODS]), task: z.null(), round: z.null() }),
])

export const trainingResultSchema = object({
  density: z.record(z.string(), number),
  bestEpoch: number,
  epochs: number,
  dev: scoresByTask,
})

export const epochMetricSchema = object({
  epoch: count,
  step: count,
  loss: z.record(z.string(), number.nullable()),
  dev: scoresByTask,
  trainSeconds: number,
  evalSeconds: number,
  best: z.boolean(),
})

/** Shapes of the layers of a mask. */
export const layersSchema = z.array(object({ name: z.string(), shape: z.array(count).min(1) })).min(1)

/** The settings that the list of runs shows. */
export const listedSettingsSchema = object({
  methods: z.array(method),
  tasks: z.array(z.string()),
  seed: z.number(),
})

export const corpusSchema = object({
  format: z.enum(['conll', 'conllu', 'conll2012']),
  words: z.union([z.number(), z.string()]),
  devFraction: number,
  tasks: z.array(
    object({
      name: z.string(),
      column: z.union([z.number(), z.string()]),
      kind: z.enum(['span', 'token']),
      scheme: z.string().nullable(),
      labels: number,
    }),
  ),
})

export const originSchema = object({
  project: z.string(),
  name: z.string(),
  version: number,
  base: object({ id: z.string(), name: z.string() }).nullable(),
  accepted: number,
  fixed: number,
  replaced: number,
  suggestedBy: z.array(object({ run: z.string(), sentences: number })),
  tasks: z.array(object({ task: z.string(), name: z.string() })),
})
export const corpusFilesSchema = z.array(
  object({
    split: z.enum(['train', 'dev', 'test']),
    name: z.string(),
    file: z.string(),
    rejected: z.string().nullable(),
    hash: z.string(),
    bytes: count,
    sentences: count,
    tokens: count,
    rejected_sentences: count,
  }),
)

/** Answers of a person, and suggestions, for the tasks of one sentence (shared/annotation/project.ts). */
export const answersSchema = z.array(
  object({
    task: z.string(),
    labels: z.array(z.string().nullable()).nullable(),
    spans: z.array(object({})).nullable(),
  }),
)
export const suggestionSchema = z.array(
  object({ task: z.string(), tags: z.array(z.string().nullable()), spans: z.array(object({})).nullable() }),
)
export const occurrencesSchema = z.array(
  object({ task: z.string(), type: z.string(), from: number, to: number, span: z.boolean() }),
)
export const sentenceSchema = object({ words: z.array(z.string()) })
export const tasksSchema = z.array(
  object({
    name: z.string(),
    kind: z.enum(['span', 'token']),
    labels: z.array(
      object({ name: z.string(), colour: number.nullable(), key: z.string().nullable(), description: z.string() }),
    ),
  }),
)
export const projectSchema = object({
  sources: z.array(object({ kind: z.enum(['file', 'text', 'corpus']), name: z.string(), sentences: number })),
  tasks: tasksSchema,
  model: object({ run: z.string(), name: z.string(), method }),
  counts: z.record(z.string(), number),
})
export const placeSchema = object({ order: z.string(), filter: z.string(), position: number.nullable() })
export const rulesSchema = z.array(object({ task: z.string(), label: z.string() }))
const taskResult = object({
  task: z.string(),
  kind: z.enum(['span', 'token']),
  counts: z.array(z.tuple([count, count, count])),
})
const partResult = object({
  tasks: z.array(taskResult),
  epochs: z.array(count),
  jointEpochs: count.nullable(),
  rounds: z.array(count),
})
/** Trainings on parts of a project (shared/annotation/series.ts), by kind. */
export const seriesSchema = z.partialRecord(
  z.enum(SERIES_KINDS),
  object({
    id: z.string().regex(/^[0-9a-f]{12}$/),
    status: z.enum(SERIES_STATUSES),
    problem: z.string().nullable(),
    owner: z.union([object({ host: z.string(), pid: count, started: z.string().nullable() }), count]).nullable(),
    sentences: count,
    config: object({}),
    parts: z.array(
      object({
        fold: count.nullable(),
        share: number,
        train: count,
        heldOut: count,
        run: z.string().nullable(),
        result: partResult.nullable(),
      }),
    ),
  }),
)
export const editSchema = object({ do: z.string() })

export const figuresSchema = object({ statistics: z.array(object({})), unseen: object({}).nullable() })

/** How the tags of an evaluated split read (shared/analysis/evaluated.ts). */
export const tagDescriptionSchema = object({
  kind: z.enum(['span', 'token']),
  score: z.enum(['accuracy', 'spanF1']),
  scheme: z.enum(['IOB1', 'IOB2', 'BIOES', 'BILOU']).nullable(),
  tagNames: z.array(z.string()),
})

const described = object({ kind: z.enum(['span', 'token']), tagNames: z.array(z.string()) })

/** JSON documents of a run, by name (artifacts.ts). */
export const documentSchemas: Record<string, z.ZodType> = {
  vocabulary: object({
    words: z.array(z.string()),
    chars: z.array(z.string()),
    tasks: z.record(z.string(), described),
  }),
  tickets: reportSchema.shape.tickets,
  tokens: tokenConventionsSchema,
  calibration: object({ use: z.boolean() }),
}
