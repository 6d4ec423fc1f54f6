/** The L2 tie of soft sharing, which pulls the tasks' BiLSTMs together. */
import { add, addN, dispose, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core'
import type { Network } from './network.ts'

/**
 * Adds the gradient of ½ λ Σ_{s≠t} ‖θ_t − θ_s‖² to the gradients of a step of task t: λ Σ_s (θ_t − θ_s) for each weight
 * of its BiLSTM (Duong, Cohn, Bird, Cook 2015). Returns the gradients to use; disposes of those it replaces.
 */
export function withTie(network: Network, task: string, names: readonly string[], gradients: Tensor[]): Tensor[] {
  const { soft, heads } = network.shape
  if (soft?.variant !== 'l2Tie' || soft.tie === 0) return gradients
  const prefix = `soft.${task}.`
  const others = heads.filter((head) => head.task !== task).map((head) => `soft.${head.task}.`)
  return gradients.map((gradient, i) => {
    if (!names[i].startsWith(prefix) || others.length === 0) return gradient
    const theta = network.get(names[i])
    const rest = others.map((other) => network.get(other + names[i].slice(prefix.length)))
    const tied = tidy(() => add(gradient, mul(sub(mul(theta, rest.length), addN(rest)), soft.tie)))
    dispose(gradient)
    return tied
  })
}
