/** Handlers about experiments and about groups of runs. */
import type { ExperimentResults, RunGroup } from '../../../shared/runs/experiments.ts'
import type { ExperimentPlan, PlanProblem } from '../../../shared/protocol/requests/experiments.ts'
import { epochsOfRound, plannedTrainings } from '../../../shared/settings/plan.ts'
import { valueAt } from '../../../shared/util/nested.ts'
import {
  cellsOf,
  definitionNames,
  deleteExperiment,
  listExperiments,
  membersOf,
  parseDefinition,
  planExperiment,
  readDefinition,
  recall,
  remember,
  storedId,
  type Definition,
  type Experiment,
} from '../../experiments/index.ts'
import { loadConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/problems.ts'
import { withoutQuotes } from '../fileAccess.ts'
import { runLongJob } from '../longJobs.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

/** Settings that the form offers, because they decide how long an experiment takes. */
const SIZES = ['warmup.epochs', 'imp.epochs', 'imp.minDensity', 'joint.epochs']

export function experimentHandlers({ store, trainer, experiments, notify }: ApiContext): HandlersOf<'experiments'> {
  /** Results by the runs that they are computed from: the tests of significance take seconds. */
  const known = new Map<string, Promise<ExperimentResults | RunGroup[]>>()
  const remembered = <T extends ExperimentResults | RunGroup[]>(key: string, compute: () => Promise<T>): Promise<T> => {
    const found = known.get(key) as Promise<T> | undefined
    if (found !== undefined) return found
    const made = compute()
    known.set(key, made)
    made.catch(() => known.delete(key))
    if (known.size > 20) known.delete(known.keys().next().value!)
    return made
  }

  return {
    'experiments.builtIn': () => definitionNames().map((name) => builtIn(readDefinition(name))),
    'experiments.read': ({ file, text }) => builtIn(parseDefinition(text, file)),
    'experiments.list': () => listExperiments(store),
    async 'experiments.get'({ experiment: id }) {
      const experiment = recall(store, id)
      const cells = cellsOf(store, experiment)
      const finished = cells.filter(({ status, followUp }) => status === 'finished' && !followUp).map(({ run }) => run)
      const results = await remembered(`${id} ${finished.join()}`, () =>
        runLongJob(store, { type: 'experiment', experiment: id }),
      )
      const { name, title, about } = experiment.definition
      return {
        id,
        name,
        title,
        about,
        createdAt: experiment.createdAt,
        cells,
        active: experiments.isActive(id),
        problem: experiments.problemOf(id),
        results,
      }
    },
    'experiments.plan': (args) => described(planned(args)),
    'experiments.problems': problemsIn,
    async 'experiments.start'(args) {
      const experiment = planned(args)
      const id = remember(store, experiment)
      try {
        const { warnings } = await withoutQuotes(store, experiment.runs[0].config, () => experiments.begin(id))
        notify({ name: 'changed', data: {} })
        return { experiment: id, warnings }
      } catch (error) {
        // Nothing of a new experiment stays whose data cannot be read.
        if (cellsOf(store, experiment).every(({ run }) => run === null)) store.deleteExperiment(id)
        throw error
      }
    },
    'experiments.stop'({ experiment }) {
      experiments.stop(experiment)
      return {}
    },
    async 'experiments.resume'({ experiment: id }) {
      await withoutQuotes(store, recall(store, id).runs[0].config, () => experiments.begin(id))
      notify({ name: 'changed', data: {} })
      return {}
    },
    'experiments.delete'({ experiment: id, withRuns }) {
      const inTraining = new Set(trainer.active().map(({ run }) => run))
      const isActive = (run: string | null) => experiments.isActive(id) || (run !== null && inTraining.has(run))
      const deleted = deleteExperiment(store, id, withRuns, isActive)
      notify({ name: 'changed', data: {} })
      return { runs: deleted.length }
    },
    async 'experiments.report'({ experiment, file }, signal) {
      const { definition } = recall(store, experiment)
      const text = await runLongJob(store, { type: 'experimentReport', experiment, file }, signal)
      return { name: `${definition.name}-${file}`, text }
    },
    'experiments.groups'({ groups, baseline }) {
      const members = groups.flatMap((key) => membersOf(store.listSummaries(), key))
      const state = members.map(({ id, name, status }) => `${id} ${status} ${name}`).join()
      return remembered(`${groups.join()} ${baseline} ${state}`, () =>
        runLongJob(store, { type: 'groups', groups, baseline }),
      )
    },
  }

  function described(experiment: Experiment): ExperimentPlan {
    const { definition, runs } = experiment
    const trainings = runs.map(({ config }) => plannedTrainings(config, { taskEpoch: new Map(), jointEpoch: null }))
    const epochs = runs.map(({ config }, i) =>
      trainings[i].reduce((sum, { phase }) => {
        if (phase === 'warmup') return sum + config.warmup.epochs
        return sum + (phase === 'imp' || phase === 'search' ? epochsOfRound(config.imp, phase) : config.joint.epochs)
      }, 0),
    )
    const id = storedId(store, experiment)
    return {
      name: definition.name,
      title: definition.title,
      runs: runs.map(({ config, seed, variant }) => ({ name: config.name, seed, variant })),
      trainings: trainings.reduce((sum, all) => sum + all.length, 0),
      epochs: epochs.reduce((a, b) => a + b, 0),
      followUps: definition.analyses.pairs || definition.analyses.densities.length > 0,
      config: runs[0].config,
      continues: store.getExperiment(id) === null ? null : id,
    }
  }
}

type PlanArguments = Parameters<HandlersOf<'experiments'>['experiments.plan']>[0]

function problemsIn(args: PlanArguments): PlanProblem[] {
  try {
    planned(args)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => ({
      path: problem.path ?? null,
      // Some messages name their setting themselves.
      message: problem.message.startsWith(`${problem.where}:`) ? problem.message : new ConfigError([problem]).message,
    }))
  }
}

/** Throws a ConfigError with every problem. */
function planned({ source, files, folder, methods, seeds, settings }: PlanArguments): Experiment {
  const definition = 'name' in source ? builtInNamed(source.name) : parseDefinition(source.text, source.file)
  const flags = [
    ...Object.entries(files).flatMap(([corpus, splits]) =>
      Object.entries(splits).map(([split, file]) => flag(['corpora', corpus, split], file)),
    ),
    ...(methods === undefined ? [] : [flag(['methods'], methods)]),
    ...Object.entries(settings).map(([name, value]) => flag(pathOf(name), value)),
  ]
  return planExperiment({
    definition,
    data: folder,
    flags,
    shortcuts: [],
    problems: [],
    cwd: process.cwd(),
    seeds: seeds ?? null,
    inWindow: true,
  })
}

/** Names of corpora and tasks may have dots. */
function pathOf(setting: string): string[] {
  const [, section, name, last] = /^(corpora|tasks)\.(.+)\.([^.]+)$/.exec(setting) ?? []
  return section === undefined ? setting.split('.') : [section, name, last]
}

const flag = (path: string[], value: unknown) => ({ flag: path.join('.'), path, value })

/** Only a name: the page must not read files by their path. */
function builtInNamed(name: string): Definition {
  return readDefinition(definitionNames().includes(name) ? name : `${name} `)
}

function builtIn(definition: Definition) {
  const { name, title, about, seeds, files } = definition
  const { config } = loadConfig({
    file: null,
    base: withFileNames(definition),
    flags: [],
    shortcuts: [],
    cwd: process.cwd(),
    withFiles: false,
  })
  return {
    name,
    title,
    about,
    seeds,
    methods: config.methods,
    corpora: Object.entries(files).map(([corpus, splits]) => ({
      name: corpus,
      splits: Object.fromEntries(
        Object.entries(splits).flatMap(([split, names]) => (names === null ? [] : [[split, names]])),
      ),
    })),
    tasks: Object.entries(config.tasks).map(([task, { corpus, tags }]) => ({
      name: task,
      corpus: corpus ?? Object.keys(files)[0],
      column: tags,
    })),
    settings: Object.fromEntries(SIZES.map((setting) => [setting, valueAt(config, setting.split('.')) as number])),
  }
}

/** The settings with the first name of each file, so that they are complete. */
function withFileNames({ config, files }: Definition): object {
  const corpora = (config.corpora ?? {}) as Record<string, object>
  return {
    ...config,
    corpora: Object.fromEntries(
      Object.entries(files).map(([corpus, { train }]) => [corpus, { ...corpora[corpus], train: train[0] }]),
    ),
  }
}
