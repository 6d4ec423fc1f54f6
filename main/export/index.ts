/** Exports trained subnets as a folder for other programs: weights, vocabulary, settings and a model card. */
import { labelsOfRun, type TaskLabels } from '../../shared/analysis/runLabels.ts'
import type { Exported, ExportFormat, ExportJob } from '../../shared/runs/exporting.ts'
import { configToYaml } from '../config/print.ts'
import { shortNames } from '../store/archive/portable.ts'
import { encodeBundle } from '../store/bundle.ts'
import { filesOf, withFiles } from '../store/files.ts'
import type { RunRecord, Store } from '../store/types.ts'
import { loadModel, type TaggerModel } from '../tagger/model.ts'
import { encodePacked } from '../tagger/packed.ts'
import { modelCard } from './card.ts'
import { describe } from './description.ts'
import { ALL_HEADS, onnxFiles, tfjsFiles } from './graphs.ts'
import { CARD, writeFolder, type FolderFiles } from './folder.ts'
import { encodeNpz } from './npz.ts'
import { arraysOf, subnetsOf, type Subnet } from './subnet.ts'
import { zip } from './zip.ts'

/** Throws an Error if the run has no such network, the folder exists or the disk fails; nothing is left behind then. */
export async function exportRun(store: Store, { folder, replace, ...what }: ExportJob): Promise<Exported> {
  const { exported, files } = filesOfRun(store, what)
  return { ...exported, files: await writeFolder(folder, files, replace) }
}

/**
 * The same as one zip archive. Yields to the event loop between files. Throws an Error if the run has no such
 * network.
 */
export async function exportZip(
  store: Store,
  what: Omit<ExportJob, 'folder' | 'replace'>,
): Promise<{ name: string; bytes: Uint8Array }> {
  const { exported, files } = filesOfRun(store, what)
  const entries: [string, Uint8Array][] = []
  for (const { name, content } of files) {
    await new Promise((turn) => setImmediate(turn))
    const made = await content()
    entries.push([name, typeof made === 'string' ? Buffer.from(made) : made])
  }
  return { name: `${exported.name}-${exported.method}.zip`, bytes: await zip(entries) }
}

function filesOfRun(
  store: Store,
  { run: reference, formats, method, tasks, version }: Omit<ExportJob, 'folder' | 'replace'>,
): { exported: Omit<Exported, 'files'>; files: FolderFiles } {
  const { run, model, labels } = store.read(() => {
    const loaded = loadModel(store, reference, { method, tasks })
    return { run: withoutFolders(store.getRun(reference)), model: loaded, labels: labelsOfModel(store, loaded.info) }
  })
  const subnets = subnetsOf(model)
  requireDistinctNames(subnets)
  if (formats.some((format) => format === 'onnx' || format === 'tfjs')) requireNameOfAllHeads(subnets)
  const weights = formats.flatMap((format) => filesOfFormat(format, run, model, subnets))
  const { info } = model
  const files: FolderFiles = [
    ...weights,
    { name: 'vocabulary.json', content: () => JSON.stringify(model.vocabulary) },
    ...(model.tokens === null ? [] : [{ name: 'tokens.json', content: () => JSON.stringify(model.tokens, null, 1) }]),
    { name: 'config.yaml', content: () => configToYaml(run.config) },
    { name: CARD, content: () => modelCard({ run, model, subnets, labels, formats, version }) },
  ]
  return {
    exported: { run: info.run, name: info.name, method: info.method, tasks: info.tasks.map(({ name }) => name) },
    files,
  }
}

/** The scores per label of the method that is exported. */
function labelsOfModel(store: Store, { run, method, tasks }: TaggerModel['info']): TaskLabels[] {
  const exported = tasks.map(({ name }) => name)
  return labelsOfRun(store, run, ({ task, methods }) => exported.includes(task) && methods.includes(method)).map(
    (one) => ({ ...one, methods: one.methods.filter((scored) => scored.method === method) }),
  )
}

function filesOfFormat(format: ExportFormat, run: RunRecord, model: TaggerModel, subnets: Subnet[]): FolderFiles {
  switch (format) {
    case 'safetensors':
      return subnets.map((subnet) => ({
        name: `${subnet.task.name}.safetensors`,
        content: () => encodeBundle(arraysOf(subnet), describe(subnet, model)),
      }))
    case 'npz':
      return subnets.map((subnet) => ({
        name: `${subnet.task.name}.npz`,
        content: () => encodeNpz(arraysOf(subnet), describe(subnet, model)),
      }))
    case 'onnx':
      return onnxFiles(model)
    case 'tfjs':
      return tfjsFiles(model)
    case 'packed':
      return [{ name: 'model.packed', content: () => encodePacked(model, run.config) }]
  }
}

/** Some file systems ignore case: there, NER.npz would silently overwrite ner.npz. */
function requireDistinctNames(subnets: readonly Subnet[]): void {
  const names = subnets.map(({ task }) => task.name)
  const alike = names.find((name, i) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < i)
  if (alike === undefined) return
  const pair = names.filter((name) => name.toLowerCase() === alike.toLowerCase())
  throw new Error(
    `the file names of the tasks ${pair.join(' and ')} would differ only in case, which some file systems ignore: ` +
      'export them one by one with --task',
  )
}

function requireNameOfAllHeads(subnets: readonly Subnet[]): void {
  const taken = subnets.length > 1 && subnets.find(({ task }) => task.name.toLowerCase() === ALL_HEADS)
  if (taken)
    throw new Error(
      `the file of the task ${taken.task.name} would have the name of the file with all heads: export the tasks ` +
        'one by one with --task',
    )
}

/** Replaces paths by file names: an export must not reveal the folders of this machine. */
function withoutFolders(run: RunRecord): RunRecord {
  const short = shortNames([...filesOf(run.config), ...run.datasets.map(({ path }) => path)])
  const name = (path: string) => short.get(path) ?? path
  return {
    ...run,
    config: withFiles(run.config, name),
    datasets: run.datasets.map((dataset) => ({ ...dataset, path: name(dataset.path) })),
  }
}
