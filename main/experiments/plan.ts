/** The runs of an experiment: one for each seed and each value of its sweep. */
import { setAt } from '../../shared/util/nested.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { checkSettings } from '../config/check.ts'
import type { FlagValue } from '../config/flags.ts'
import { loadConfig } from '../config/load.ts'
import { withPathsFrom } from '../config/paths.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import type { ShortFlag } from '../config/shortcuts.ts'
import { hashOf } from '../store/json.ts'
import { corporaIn, type Definition } from './definition.ts'

export interface PlannedRun {
  seed: number
  /** Which value of the sweep it has, e.g. `warmup.epochs 2`; null without a sweep. */
  variant: string | null
  /** Paths in it are absolute. */
  config: ExperimentConfig
}

export interface Experiment {
  definition: Definition
  runs: PlannedRun[]
}

export interface ExperimentSource {
  definition: Definition
  /** Folder of the corpora; null where flags name all files. */
  data: string | null
  /** Settings that override the definition's. */
  flags: readonly FlagValue[]
  shortcuts: readonly ShortFlag[]
  /** Problems that the flags already have. */
  problems: readonly Problem[]
  cwd: string
  /** Override the definition's seeds. */
  seeds: readonly number[] | null
  /** Whether messages are read in the window, which has no flags. */
  inWindow?: boolean
}

/** Throws a ConfigError with every problem of settings and files. */
export function planExperiment({
  definition,
  data,
  flags,
  shortcuts,
  problems,
  cwd,
  seeds,
  inWindow = false,
}: ExperimentSource): Experiment {
  const given = new Set(
    flags.filter(({ path }) => path[0] === 'corpora' && path[2] === 'train').map(({ path }) => path[1]),
  )
  const base = structuredClone(definition.config)
  for (const [corpus, files] of Object.entries(corporaIn(data, definition, given, inWindow))) {
    for (const [split, file] of Object.entries(files)) if (file !== null) setAt(base, ['corpora', corpus, split], file)
  }
  const { config, baseDir } = loadConfig({ file: null, base, flags, shortcuts, problems, cwd })
  const placed = withPathsFrom(config, baseDir, '')
  const variants = variantsOf(definition, placed)
  const runs = (seeds ?? definition.seeds).flatMap((seed) =>
    variants.map(({ variant, config: own }): PlannedRun => {
      const name = [definition.name, `seed ${seed}`, ...(variant === null ? [] : [variant])].join(', ')
      return { seed, variant, config: { ...structuredClone(own), seed, name } }
    }),
  )
  return { definition, runs }
}

interface Variant {
  variant: string | null
  config: ExperimentConfig
}

/** The config with each value of the sweep. Throws a ConfigError where one is not valid, or two are the same. */
function variantsOf({ sweep, name }: Definition, config: ExperimentConfig): Variant[] {
  if (sweep === null) return [{ variant: null, config }]
  const { setting, values } = sweep
  const problems: Problem[] = []
  const report = (message: string) => problems.push({ where: `${name}: sweep`, message })
  const valid = values.flatMap((value): Variant[] => {
    const swept = structuredClone(config) as unknown as Record<string, unknown>
    setAt(swept, setting.split('.'), value)
    const checked = checkSettings(swept)
    for (const { message } of checked.problems) report(message)
    return checked.config === null ? [] : [{ variant: `${setting} ${String(value)}`, config: checked.config }]
  })
  const hashes = valid.map((one) => hashOf(one.config))
  valid.forEach(({ variant }, i) => {
    if (hashes.indexOf(hashes[i]) < i) report(`${variant} is there twice, expected every value once`)
  })
  if (['seed', 'name'].includes(setting)) report(`${setting} cannot be swept: each run of an experiment has its own`)
  // An unknown setting is the same problem for every value.
  const distinct = problems.filter(({ message }, i) => problems.findIndex((one) => one.message === message) === i)
  if (distinct.length > 0) throw new ConfigError(distinct)
  return valid
}
