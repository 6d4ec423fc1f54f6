/** The runs that a study is made of: one for each seed, and for each value of a sweep. */
import { setAt } from '../../shared/util/nested.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { FlagValue } from '../config/flags.ts'
import { loadConfig } from '../config/load.ts'
import { withPathsFrom } from '../config/paths.ts'
import type { Problem } from '../config/problems.ts'
import type { ShortFlag } from '../config/shortcuts.ts'
import { hashOf } from '../store/json.ts'
import type { RunRecord, Store } from '../store/types.ts'
import { corporaIn, type Definition } from './definition.ts'

export interface PlannedRun {
  seed: number
  /** Of the sweep, e.g. `warmup.epochs 2`; null without one. */
  variant: string | null
  /** Paths in it are absolute. */
  config: ExperimentConfig
}

export interface Study {
  definition: Definition
  runs: PlannedRun[]
}

export interface StudySource {
  definition: Definition
  /** Folder with the corpora; null where all are given by flags. */
  data: string | null
  /** Settings that take the place of the definition's. */
  flags: readonly FlagValue[]
  shortcuts: readonly ShortFlag[]
  /** That the flags already have. */
  problems: readonly Problem[]
  cwd: string
  /** In place of the definition's. */
  seeds: readonly number[] | null
}

/** Every run of a study carries this tag. */
export const studyTag = ({ name }: Pick<Definition, 'name'>) => `study:${name}`

/** Throws a ConfigError with every problem of settings and files. */
export function planStudy({ definition, data, flags, shortcuts, problems, cwd, seeds }: StudySource): Study {
  const given = new Set(
    flags.filter(({ path }) => path[0] === 'corpora' && path[2] === 'train').map(({ path }) => path[1]),
  )
  const base = structuredClone(definition.config)
  for (const [corpus, files] of Object.entries(corporaIn(data, definition, given))) {
    for (const [split, file] of Object.entries(files)) if (file !== null) setAt(base, ['corpora', corpus, split], file)
  }
  const { config, baseDir } = loadConfig({ file: null, base, flags, shortcuts, problems, cwd })
  const placed = withPathsFrom(config, baseDir, '')
  const runs = (seeds ?? definition.seeds).flatMap((seed) =>
    variants(definition).map(({ variant, apply }): PlannedRun => {
      const own = structuredClone(placed)
      apply(own)
      own.seed = seed
      own.name = [definition.name, `seed ${seed}`, ...(variant === null ? [] : [variant])].join(', ')
      return { seed, variant, config: own }
    }),
  )
  return { definition, runs }
}

function variants({ sweep }: Definition): { variant: string | null; apply(config: ExperimentConfig): void }[] {
  if (sweep === null) return [{ variant: null, apply: () => {} }]
  return sweep.values.map((value) => ({
    variant: `${sweep.setting} ${String(value)}`,
    apply: (config) => setAt(config, sweep.setting.split('.'), value),
  }))
}

/** The run of a plan that was begun already, by its settings: a study that goes on trains nothing twice. */
export function runOf(store: Store, { definition }: Study, planned: PlannedRun): RunRecord | null {
  const hash = hashOf(planned.config)
  return (
    store
      .listRuns({ search: studyTag(definition) })
      .find((run) => run.configHash === hash && run.tags.includes(studyTag(definition))) ?? null
  )
}
