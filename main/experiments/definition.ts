/** The paper's experiments as files: what to train, corpora, seeds, and the published numbers. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { METHODS } from '../../shared/settings/methods.ts'
import { ConfigError, type Problem } from '../config/problems.ts'
import { parseConfigText, readConfigFile, type ConfigFile } from '../config/yamlFile.ts'

const FOLDER = fileURLToPath(new URL('../../resources/experiments/', import.meta.url))

const names = z.array(z.string().min(1)).min(1)
const scores = z.record(z.string(), z.number())

const schema = z.strictObject({
  title: z.string().min(1),
  /** Its description, for the report. */
  about: z.string().min(1),
  seeds: z.array(z.number().int().min(0)).min(1),
  /** Possible file names of each corpus; the first that exists is used. */
  files: z.record(
    z.string(),
    z.strictObject({ train: names, dev: names.nullable().default(null), test: names.nullable().default(null) }),
  ),
  /** Settings, without the files of the corpora. */
  config: z.record(z.string(), z.unknown()),
  /** A setting to try with several values, e.g. warmup.epochs. */
  sweep: z
    .strictObject({ setting: z.string(), values: z.array(z.unknown()).min(1) })
    .nullable()
    .default(null),
  /** Further runs, with the subnets of the finished ones: see followUps.ts. */
  analyses: z
    .strictObject({
      /** Each pair of tasks: overlap against the gain of sparse over hard sharing. */
      pairs: z.boolean().default(false),
      /** Densities to try for each task's subnet, in all combinations. */
      densities: z.array(z.number().gt(0).lte(1)).default([]),
    })
    .prefault({}),
  /** Published numbers to show beside ours; an experiment of one's own has none. */
  paper: z
    .strictObject({
      /** Test scores by method and task, parameters in thousands. */
      scores: z.partialRecord(z.enum(METHODS), scores).default({}),
      params: z.partialRecord(z.enum(METHODS), z.number()).default({}),
      notes: z.array(z.string()).default([]),
    })
    .prefault({}),
})

export type Definition = z.output<typeof schema> & { name: string }

/** The names of all experiments. */
export function definitionNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .toSorted()
}

/** An experiment by name, or by the path of a file. Throws a ConfigError. */
export function readDefinition(name: string): Definition {
  const own = name.endsWith('.yaml') || name.endsWith('.yml')
  if (!own && !definitionNames().includes(name)) {
    throw new ConfigError([
      {
        where: null,
        message:
          `there is no experiment ${name}; there is ${definitionNames().join(', ')}, or the path of ` +
          'your own file (.yaml)',
      },
    ])
  }
  const file = readConfigFile(own ? name : join(FOLDER, `${name}.yaml`), own ? name : `${name}.yaml`)
  return definitionOf(file, own ? name.replace(/^.*[\\/]|\.ya?ml$/g, '') : name)
}

/** An experiment from the text of a file (YAML or JSON), with the file's name. Throws a ConfigError. */
export function parseDefinition(text: string, file: string): Definition {
  return definitionOf(parseConfigText(text, file), file.replace(/^.*[\\/]|\.(ya?ml|json)$/g, ''))
}

/** A definition as the database has it. Throws a ConfigError. */
export function storedDefinition(value: unknown, name: string): Definition {
  return definitionOf({ value: value as Record<string, unknown>, locate: () => name }, name)
}

function definitionOf({ value, locate }: ConfigFile, name: string): Definition {
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ...parsed.data, name }
  throw new ConfigError(
    parsed.error.issues.map((issue) => ({
      where: locate(issue.path),
      message: `${issue.path.join('.')}: ${issue.message}`,
    })),
  )
}

/**
 * The corpora of a definition with their files, searched in `folder` and in a folder within it that has the name of the
 * corpus. Skips corpora whose files are set already (`given`). Throws a ConfigError that names the missing files; with
 * `inWindow`, its messages name no flags.
 */
export function corporaIn(
  folder: string | null,
  { name, files }: Definition,
  given: ReadonlySet<string>,
  inWindow = false,
): Record<string, Record<string, string | null>> {
  const problems: Problem[] = []
  const places = (corpus: string) => (folder === null ? [] : [join(folder, corpus), folder])
  const find = (corpus: string, candidates: readonly string[]) =>
    places(corpus)
      .flatMap((place) => candidates.flatMap((file) => [join(place, file), join(place, `${file}.gz`)]))
      .find((path) => existsSync(path) && statSync(path).isFile()) ?? null
  const found = Object.entries(files)
    .filter(([corpus]) => !given.has(corpus))
    .map(([corpus, splits]) => {
      const paths = Object.entries(splits).map(([split, candidates]) => {
        const path = candidates === null ? null : find(corpus, candidates)
        if (path === null && candidates !== null && split !== 'dev') {
          const where = inWindow
            ? folder === null
              ? 'choose a dataset, or the folder of its files'
              : `found no such file in ${places(corpus).join(' or ')}; choose a dataset, or another folder`
            : folder === null
              ? 'give the folder of its files with --data, or the file'
              : `found no such file in ${places(corpus).join(' or ')}; give the file`
          problems.push({
            where: null,
            path: ['corpora', corpus, split],
            message:
              `${name} needs the ${split} file of ${corpus} (${candidates.join(', ')}): ${where}` +
              (inWindow ? '' : ` with --corpora.${corpus}.${split}`),
          })
        }
        return [split, path] as const
      })
      return [corpus, Object.fromEntries(paths)] as const
    })
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(found)
}
