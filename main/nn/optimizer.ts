/** SGD with momentum that touches nothing outside a task's mask: no weight, and no velocity. */
import {
  dispose,
  div,
  minimum,
  sqrt,
  tensor,
  tidy,
  variable,
  zeros,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { hostKernels, type StepSettings } from './hostKernels.ts'
import type { PackedBatch } from './batch.ts'
import { lossAndGradients, type DeviceMask, type DropoutPlan, type Network } from './network.ts'
import { applyMask } from './ops/mask.ts'
import { WORD_TABLE } from './parameters.ts'
import { withTie } from './l2Tie.ts'

/** The weights that a step of a task computes with, and those of them that it moves. */
export interface StepMasks {
  forward: DeviceMask
  /**
   * Where present, the step moves only the weights kept here, a subset of `forward`, and the task's head. All that is
   * not prunable stays as it is: biases, character table, projection, word vectors.
   */
  trainable?: NonNullable<DeviceMask>
}

/** The paper's phases set one of the two clips each; with both, the norm is clipped first. */
export interface SgdSettings {
  learningRate: number
  momentum: number
  weightDecay: number
  clipNorm: number | null
  clipValue: number | null
}

export class MaskedSgd {
  private readonly network: Network
  private readonly velocities = new Map<string, Variable>()
  /** Whether the word vectors have moved. Until then they are only read, so that not even a denormal is rounded. */
  private wordsMoved = false
  /** Steps taken since the start of the training. */
  step = 0

  constructor(network: Network) {
    this.network = network
    for (const { name, shape, role } of network.specs) {
      if (role !== 'wordTable')
        this.velocities.set(
          name,
          tidy(() => variable(zeros(shape), false)),
        )
    }
  }

  /**
   * Starts one step on a batch of `task` under its masks; the next may be started when this returns. Resolves to the
   * batch's mean loss per token, in nats, once the device has computed it.
   */
  takeStep(
    batch: PackedBatch,
    task: string,
    { forward, trainable: trainableMask }: StepMasks,
    drop: DropoutPlan,
    settings: SgdSettings,
  ): Promise<number> {
    const { network } = this
    const restricted = trainableMask !== undefined
    const wordRows = this.gatherWords(batch, !restricted, settings)
    const trainable = network.trainable(task, restricted)
    const names = trainable.map(({ name }) => name)
    const variables = trainable.map(({ variable }) => variable)
    const {
      loss,
      dRows,
      gradients: own,
    } = lossAndGradients(() => network.loss(batch, wordRows, task, forward, drop), wordRows, variables)
    const masks = names.map((name) => (trainableMask ?? forward)?.get(name) ?? null)
    const gradients = withTie(network, task, names, restricted ? maskGradients(own, masks) : own)
    const step = stepSettings(settings, restricted ? gradients : [dRows, ...gradients])
    const velocities = names.map((name) => this.velocities.get(name)!)
    hostKernels().momentumUpdate(variables, gradients, velocities, masks, step)
    if (!restricted) network.wordTable.update(batch.words, dRows, this.step, step)
    this.step++
    const read = loss.data()
    dispose([dRows, wordRows, ...gradients, step.scale])
    return read.then(([nats]) => (loss.dispose(), nats))
  }

  private gatherWords({ words }: PackedBatch, toMove: boolean, { learningRate, momentum }: SgdSettings): Tensor {
    this.wordsMoved ||= toMove
    const { wordTable } = this.network
    return this.wordsMoved ? wordTable.gatherRows(words, this.step, learningRate, momentum) : wordTable.read(words)
  }

  /**
   * Applies the momentum steps that rows have missed: call before the learning rate changes, prediction, and reading
   * weights.
   */
  catchUp({ learningRate, momentum }: SgdSettings): void {
    if (this.wordsMoved) this.network.wordTable.catchUp(this.step, learningRate, momentum)
  }

  /** Sets every velocity to zero: the next step starts from rest. The step counter goes on. */
  standStill(): void {
    for (const value of this.velocities.values()) tidy(() => value.assign(zeros(value.shape)))
    const { specs, wordTable } = this.network
    const [words, dim] = specs.find(({ role }) => role === 'wordTable')!.shape
    wordTable.restore({
      velocity: new Float32Array(words * dim),
      lastStep: new Int32Array(words).fill(this.step),
    })
  }

  /** A copy of the optimiser's state, including the step: with the weights, all that the next step depends on. */
  async state(): Promise<ArrayBundle> {
    const { velocity, lastStep } = await this.network.wordTable.state()
    const bundle: ArrayBundle = {
      [`${WORD_TABLE}.velocity`]: { shape: [lastStep.length, this.network.wordTable.dim], data: velocity },
      [`${WORD_TABLE}.lastStep`]: { shape: [lastStep.length], data: lastStep },
      step: { shape: [1], data: Int32Array.of(this.step) },
    }
    for (const [name, value] of this.velocities)
      bundle[`${name}.velocity`] = { shape: value.shape, data: (await value.data<'float32'>()).slice() }
    return bundle
  }

  /** Restores what state() returned. */
  restore(bundle: ArrayBundle): void {
    const velocity = bundle[`${WORD_TABLE}.velocity`].data as Float32Array
    this.network.wordTable.restore({ velocity, lastStep: bundle[`${WORD_TABLE}.lastStep`].data as Int32Array })
    this.step = bundle.step.data[0]
    this.wordsMoved = velocity.some((value) => value !== 0)
    this.velocities.forEach((value, name) =>
      tidy(() => value.assign(tensor(bundle[`${name}.velocity`].data.slice() as Float32Array, value.shape))),
    )
  }

  dispose(): void {
    this.velocities.forEach((value) => value.dispose())
  }
}

/**
 * Weights that do not move do not count in the norm either. Returns the gradients to use; disposes of those it
 * replaces.
 */
function maskGradients(gradients: Tensor[], masks: (Tensor | null)[]): Tensor[] {
  return gradients.map((gradient, i) => {
    if (masks[i] === null) return gradient
    const masked = tidy(() => applyMask(gradient, masks[i]))
    dispose(gradient)
    return masked
  })
}

/** Clipping by norm, over all gradients of the step, is a factor (Pascanu et al. 2013). */
function stepSettings(
  { learningRate, momentum, weightDecay, clipNorm, clipValue }: SgdSettings,
  gradients: Tensor[],
): StepSettings {
  const scale = clipNorm === null ? 1 : scaleTo(clipNorm, hostKernels().sumOfSquares(gradients))
  return { learningRate, momentum, scale, clipValue: clipValue ?? 0, weightDecay }
}

function scaleTo(clipNorm: number, squares: number | Tensor): number | Tensor {
  if (typeof squares !== 'number') {
    const scale = tidy(() => minimum(div(clipNorm, sqrt(squares)), 1))
    squares.dispose()
    return scale
  }
  const norm = Math.sqrt(squares)
  return norm > clipNorm ? clipNorm / norm : 1
}
