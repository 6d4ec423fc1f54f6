/**
 * Sparse sharing (Sun et al., AAAI 2020): stage 1, which is Algorithm 1, and stage 2. The file bears the name of the
 * method, for Algorithm 1 is stage 1 alone. Notation: θ_E the weights of the base network E, θ⁽⁰⁾ their start values,
 * θ⁽ʷ⁾ those after the warmup, θ⁽ᵏ⁾ those after k steps of training; M_t^z the mask of task t in round z, counted from
 * 0; 1 = kept.
 *
 * `train` starts a training, continues one that was interrupted, or returns the stored result of one that is done: the
 * same lines start a run and resume it.
 */
import { ones, type Mask } from '../../shared/network/mask.ts'
import type { Candidate } from '../../shared/runs/report.ts'
import type { JointMethod } from '../../shared/settings/methods.ts'
import { phaseOfRound, searchesMasks } from '../../shared/settings/plan.ts'
import { networkShape } from '../nn/initialWeights.ts'
import { prunableLayers } from '../nn/parameters.ts'
import { chooseTicket } from '../pruning/choose.ts'
import { pruneByMagnitude } from '../pruning/prune.ts'
import type { SealedSplits } from '../training/spec.ts'
import type { Needs } from './context.ts'
import { criterionFor } from './criterion.ts'
import { trainFinalists } from './finalists.ts'
import { jointSpec, roundSpec, warmupSpec } from './specs.ts'
import type { Ticket } from './tickets.ts'
import { bestWeights } from './trainings.ts'

/** Multi-task warmup (MTW): trains all tasks jointly and dense for w steps; θ⁽ʷ⁾ then takes the place of θ⁽⁰⁾. */
export async function warmUp({
  config,
  data,
  trainings,
  results,
  reporter,
}: Needs<'config' | 'data' | 'trainings' | 'results' | 'reporter'>): Promise<void> {
  const spec = warmupSpec(config, data)
  if (spec === null) return
  reporter.stage('warmup')
  await trainings.train(spec)
  trainings.startFrom(results.weightsOf(spec.id))
}

/** Stage 1, Algorithm 1, for task t. `lastRound`: the first z at which ‖M_t^z‖₀ / |θ_E| ≤ S. */
export async function findTicket(
  context: Needs<'config' | 'data' | 'trainings' | 'results'>,
  task: string,
  lastRound: number,
): Promise<Ticket> {
  const { config, data, trainings, results } = context
  const { pruningRate: alpha, scope } = config.imp
  const candidates: Candidate[] = []
  let mask: Mask = ones(prunableLayers(networkShape(config.model, data))) // M_t^0 = 1
  const scoresOf = await criterionFor(context, task, mask)

  for (let z = 0; ; z++) {
    const last = z === lastRound
    const id = { phase: phaseOfRound(config.imp, z), task, round: z }

    // Train E(x; M_t^z ⊙ θ_E) for k steps on D_t, which gives θ⁽ᵏ⁾. Every round starts from θ⁽⁰⁾ (or θ⁽ʷ⁾): the rewind.
    const result = await trainings.train(roundSpec(config, data, id, mask), (thetaK) => {
      const current = { task, round: z, mask }
      // Prune the fraction α of the remaining weights with the lowest magnitude in θ⁽ᵏ⁾, which gives M_t^{z+1}.
      const next = () => ({ task, round: z + 1, mask: pruneByMagnitude(scoresOf(thetaK), mask, alpha, scope) })
      const masks = last ? [current] : [current, next()]
      return id.phase === 'search' ? { masks } : { ...bestWeights(thetaK), masks }
    })
    candidates.push(results.candidate(id, result))
    results.dropUnusedWeights(task, candidates)

    if (last) break // ‖M_t^z‖₀ / |θ_E| ≤ S
    mask = results.mask(task, z + 1)
  }

  // M_t is the candidate that does best on dev; on a tie, the one with the fewest remaining weights. With optimizer.keep
  // `last`, it is the last one.
  const comparable = searchesMasks(config.imp) ? await trainFinalists(context, task, candidates) : candidates
  const chosen = chooseTicket(comparable, config.optimizer.keep).round
  return { task, candidates: comparable, chosen, mask: results.mask(task, chosen) }
}

/**
 * Stage 2: each step draws a task t in proportion to its data and a mini-batch of it, runs E(x; M_t ⊙ θ_E) and F_t, and
 * moves only F_t and the weights that M_t keeps. The baselines are the same training under other masks. `sealed`: test
 * splits for an analysis, which influence nothing.
 */
export async function trainJointly(
  { config, data, trainings, reporter }: Needs<'config' | 'data' | 'trainings' | 'reporter'>,
  methods: JointMethod[],
  masks: Map<string, Mask>,
  sealed: SealedSplits | null = null,
): Promise<void> {
  for (const method of methods) reporter.stage(method)
  await trainings.all(methods.map((method) => trainings.train(jointSpec(config, data, method, masks, sealed))))
}
