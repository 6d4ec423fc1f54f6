/**
 * A run in miniature, for tests that kill it: two rounds of IMP whose "weights" are a number that every step mixes anew.
 * The number after step s depends on all steps before, so going on from a wrong place ends in a wrong result.
 */
import type { EpochMetric, StepMetric, TrainingId, TrainingResult } from '../../../shared/runs/training.ts'
import type { Mask } from '../../../shared/network/mask.ts'
import type { Store } from '../../../main/store/index.ts'
import type { Checkpoint } from '../../../main/store/types.ts'

export const ROUNDS = 2
export const STEPS = 1200
export const EPOCH_STEPS = 50
/** Size of the state: 1 MB, so that a commit takes long enough to be interrupted. */
const STATE = 250_000

export const roundId = (round: number): TrainingId => ({ phase: 'imp', task: 'ner', round })

/** The weights after `step` steps of a round, counted from its start. */
export function weightsAfter(round: number, step: number): number {
  let weights = round
  for (let s = 0; s < step; s++) weights = next(weights, s)
  return weights
}
const next = (weights: number, step: number) => (Math.imul(weights ^ step, 2654435761) + step) >>> 0

/** The loss of step s is what its weights come to, in single precision. */
export function stepMetric(step: number, weights: number): StepMetric {
  return { step, epoch: Math.floor(step / EPOCH_STEPS), task: 'ner', loss: Math.fround(weights), tokens: step % 97 }
}

export function epochMetric(epoch: number, weights: number): EpochMetric {
  const step = (epoch + 1) * EPOCH_STEPS
  return {
    epoch,
    step,
    loss: { ner: weights },
    dev: { ner: { name: 'spanF1', value: weights } },
    trainSeconds: 0,
    evalSeconds: 0,
    best: true,
  }
}

export function checkpointAfter(step: number, weights: number): Checkpoint {
  const data = new Uint32Array(STATE).fill(weights)
  return {
    step,
    epoch: Math.floor(step / EPOCH_STEPS),
    scalars: { weights },
    state: { weights: { shape: [STATE], data } },
  }
}

export function resultOf(weights: number): TrainingResult {
  return {
    density: { ner: 1 },
    bestEpoch: 0,
    epochs: STEPS / EPOCH_STEPS,
    dev: { ner: { name: 'spanF1', value: weights } },
  }
}

export function maskOf(weights: number): Mask {
  return {
    layers: [{ name: 'w', shape: [32], kept: Uint8Array.from({ length: 32 }, (_, bit) => (weights >>> bit) & 1) }],
  }
}

/** Whether the n-th commit of a session has a checkpoint: all in round 0, so that any difference shows; later every third, so that metrics are rewound. */
const hasCheckpoint = (round: number, n: number) => round === 0 || n % 3 === 2

/** Works on a run to its end, from its current state, as a training does. Commits of 1 to 9 steps. */
export function work(store: Store, run: string, committed: (step: number) => void = () => {}): void {
  for (let round = 0; round < ROUNDS; round++) {
    const id = roundId(round)
    const known = store.training(run, id)
    if (known?.state === 'finished') continue
    if (known === null) store.commit(run, { id, start: { totalSteps: STEPS } })
    const checkpoint = store.loadCheckpoint(run, id)
    store.rewindMetrics(run, id, checkpoint?.step ?? 0, checkpoint?.epoch ?? 0)
    let weights = checkpoint === null ? round : (checkpoint.scalars.weights as number)
    for (let step = checkpoint?.step ?? 0, n = 0; step < STEPS; n++) {
      const steps: StepMetric[] = []
      const epochs: EpochMetric[] = []
      for (const end = Math.min(STEPS, step + 1 + (n % 9)); step < end;) {
        weights = next(weights, step)
        steps.push(stepMetric(step, weights))
        step++
        if (step % EPOCH_STEPS === 0) epochs.push(epochMetric(step / EPOCH_STEPS - 1, weights))
      }
      const last = step === STEPS
      store.commit(run, {
        id,
        steps,
        epochs,
        checkpoint: hasCheckpoint(round, n) && !last ? checkpointAfter(step, weights) : undefined,
        result: last ? resultOf(weights) : undefined,
        artifacts: last ? { 'weights.best': checkpointAfter(step, weights).state } : {},
        masks: last ? [{ task: 'ner', round: round + 1, mask: maskOf(weights) }] : [],
      })
      committed(step)
    }
  }
}
