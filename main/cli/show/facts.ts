/** Facts about a run: status and times, differences from the paper's settings, data and environment. */
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { duration, grouped, when } from '../../../shared/util/format.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { changedSettings } from '../../config/changed.ts'
import type { VectorCoverages } from '../../../shared/runs/records.ts'
import { settingText } from '../../../shared/util/settingText.ts'
import { coverageOfSplits, lookupGains } from '../../../shared/runs/vectorFacts.ts'
import type { Paint } from '../colour.ts'
import { shownStatus } from '../status.ts'
import { cut, table, textWidth } from '../table.ts'

export function headLines(run: RunRecord, paint: Paint): string[] {
  const { id, name, config, message, createdAt, finishedAt, workedSeconds } = run
  const times = [
    `created ${when(createdAt)}`,
    ...(finishedAt === null ? [] : [`ended ${when(finishedAt)}`]),
    `training time ${duration(workedSeconds)}`,
  ]
  return [
    `${paint.bold(`Run ${id}  ${name}`)}  ${shownStatus(run)}${run.pinned ? '  baseline' : ''}`,
    ...(message === null ? [] : message.split('\n').map((line) => `  ${line}`)),
    times.join(', '),
    `methods ${config.methods.join(', ')}; tasks ${Object.keys(config.tasks).join(', ')}; seed ${config.seed}`,
    ...(run.tags.length > 0 ? [`tags ${run.tags.join(', ')}`] : []),
    ...(run.notes.trim() === ''
      ? []
      : [
          'notes',
          ...run.notes
            .trim()
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
    ...hint(run),
  ]
}

function hint(run: RunRecord): string[] {
  const resumable = run.interrupted || run.status === 'stopped' || run.status === 'failed' || run.status === 'created'
  return resumable ? [`to resume: sparse-sharing resume ${run.id}`] : []
}

export function settingLines(config: ExperimentConfig, paint: Paint): string[] {
  const changed = changedSettings(config)
  if (changed.length === 0) return [`${paint.bold('Settings')}: the paper’s`]
  const rows = changed.map(({ name, value, default: paper }) => [name, settingText(value), settingText(paper)])
  return [
    paint.bold('Differences from the paper’s settings'),
    ...table([{ title: 'setting' }, { title: 'here', align: 'right' }, { title: 'paper', align: 'right' }], rows),
  ]
}

export function datasetLines({ datasets }: RunRecord, width: number, paint: Paint): string[] {
  if (datasets.length === 0) return []
  const rows = datasets.map(({ corpus, split, sentences, tokens, hash, path }) => [
    corpus,
    split,
    sentences === null ? '–' : grouped(sentences),
    tokens === null ? '–' : grouped(tokens),
    hash.slice(0, 12),
    path,
  ])
  const columns = [
    { title: 'corpus' },
    { title: 'split' },
    { title: 'sentences', align: 'right' as const },
    { title: 'tokens', align: 'right' as const },
    { title: 'SHA-256' },
  ]
  const withoutFiles = rows.map((row) => row.slice(0, 5))
  const room = width - Math.max(...table(columns, withoutFiles).map(textWidth)) - 2
  const withFiles = rows.map((row) => [...row.slice(0, 5), shortPath(row[5], room)])
  return [paint.bold('Data'), ...table([...columns, { title: 'file' }], withFiles)]
}

/** Shortened at its beginning: the end of a path says more. */
function shortPath(path: string, width: number): string {
  return path.length <= width || width < 12 ? path : `…${path.slice(-(width - 1))}`
}

/** How many words of train, dev and test have a word vector. */
export function coverageLines(coverage: VectorCoverages | null, { model }: ExperimentConfig): string[] {
  if (coverage === null) return []
  const gains = lookupGains(coverage, model.vectorLookup)
  return [
    `with a word vector: ${coverageOfSplits(coverage).join('; ')}`,
    ...(gains === null ? [] : [`of train's tokens, by model.vectorLookup: ${gains}`]),
  ]
}

export function environmentLines({ environment: e, configHash }: RunRecord, width: number, paint: Paint): string[] {
  const threads = `${e.threads} ${e.threads === 1 ? 'thread' : 'threads'}`
  const lines = [
    `Sparse Sharing Studio ${e.product}, Node ${e.node.replace(/^v/, '')}, ${e.platform}`,
    `backend ${e.backend}${e.isa === null ? '' : ` (${e.isa})`}, ${threads}, ${e.cpu}`,
    ...(e.left ?? []).map(({ backend, why }) => `earlier on ${backend}: ${why}`),
    `settings ${configHash.slice(0, 12)}`,
  ]
  return [paint.bold('Environment'), ...lines.map((line) => cut(line, width))]
}
