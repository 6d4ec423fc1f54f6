/**
 * What a subnet does: dev scores of the network of sparse sharing under other masks than each task's own, without
 * training.
 */
import { labelScores } from '../../shared/analysis/labels.ts'
import { intersectAll, keptCount, type Mask } from '../../shared/network/mask.ts'
import type { MaskScore, MaskVariant } from '../../shared/protocol/requests/analysis.ts'
import { scoreTags } from '../../shared/tags/scoring.ts'
import type { EncodedTask } from '../data/types.ts'
import type { Store } from '../store/types.ts'
import { withSparseNetwork, type EvaluationOptions } from './sparseNetwork.ts'

/**
 * Scores every task under every variant, by task. The masks of a task are divided among the cores, so that each thread
 * packs dev once for several of them. Throws what withSparseNetwork throws.
 */
export function scoreMasks(
  store: Store,
  runId: string,
  { onProgress, signal }: EvaluationOptions,
): Promise<MaskScore[]> {
  return withSparseNetwork(store, runId, signal, async ({ tasks, masks, data, shape, weights, pool, cores }) => {
    const cells = tasks.flatMap((name) => {
      const task = data.tasks.find((one) => one.name === name)!
      return variantsOf(name, masks).map((variant) => ({ task, ...variant }))
    })
    const scores: MaskScore[] = []
    let done = 0
    onProgress(done, cells.length)
    const jobs = tasks.flatMap((name) => {
      const own = [...cells.keys()].filter((c) => cells[c].task.name === name)
      return Array.from({ length: Math.min(cores, own.length) }, (_, j) => own.filter((_, i) => i % cores === j))
    })
    const run = (job: number[]) =>
      pool.run(
        {
          ...{ type: 'tag', shape, weights },
          ...{ task: cells[job[0]].task.name, masks: job.map((c) => cells[c].mask) },
        },
        (progress) => {
          if (progress.type !== 'tags') return
          const { task, variant, mask } = cells[job[progress.mask]]
          scores[job[progress.mask]] = { ...scoreOf(task, progress.tags), variant, kept: keptCount(mask) }
          onProgress(++done, cells.length)
        },
      )
    await Promise.all(jobs.map(run))
    return scores
  })
}

function scoreOf({ name, kind, score, scheme, tagNames, dev }: EncodedTask, predicted: Int32Array) {
  const { sentenceStart, tags: gold } = dev
  const described = { kind, score, scheme, tagNames, sentenceStart, gold }
  return {
    task: name,
    dev: scoreTags({ ...described, predicted }),
    labels: labelScores(described, predicted),
  }
}

/** The masks that a task is scored under. With two tasks, the part shared with the other is the part shared by all. */
function variantsOf(task: string, masks: ReadonlyMap<string, Mask>): { variant: MaskVariant; mask: Mask }[] {
  const own = masks.get(task)!
  const others = [...masks].filter(([name]) => name !== task)
  const without = (other: Mask) => combined(own, other, (a, b) => a & (1 - b))
  const anyOther = (mask: Mask) =>
    others.reduce((rest, [, other]) => combined(rest, other, (a, b) => a & (1 - b)), mask)
  const isPrivate = anyOther(own)
  return [
    { variant: { kind: 'own' }, mask: own },
    ...others.map(([name, mask]) => ({ variant: { kind: 'other' as const, task: name }, mask })),
    { variant: { kind: 'shared' }, mask: intersectAll([...masks.values()]) },
    { variant: { kind: 'withoutPrivate' }, mask: combined(own, isPrivate, (a, b) => a & (1 - b)) },
    ...others.map(([name, mask]) => ({
      variant: { kind: 'withoutSharedWith' as const, task: name },
      mask: without(mask),
    })),
  ]
}

function combined(a: Mask, b: Mask, bit: (a: number, b: number) => number): Mask {
  return {
    layers: a.layers.map(({ name, shape, kept }, l) => ({
      name,
      shape,
      kept: kept.map((value, i) => bit(value, b.layers[l].kept[i])),
    })),
  }
}
