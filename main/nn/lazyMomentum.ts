/**
 * Exact, lazy momentum on the rows of an embedding table: a row without gradient moves, in closed form, when it is next
 * needed.
 */

/**
 * Catches the rows `ids` (distinct) of a table [V, D] up with `step`: for the n = step − lastStep[id] steps without
 * gradient, w −= lr · v · m (1 − mⁿ) / (1 − m) and v *= mⁿ. Then copies them to `out` [U, D], unless null. The learning
 * rate must have been the same over those n steps.
 */
export function catchUpRows(
  table: Float32Array,
  velocity: Float32Array,
  lastStep: Int32Array,
  ids: Int32Array,
  dim: number,
  step: number,
  learningRate: number,
  momentum: number,
  out: Float32Array | null,
): void {
  for (let u = 0; u < ids.length; u++) {
    const row = ids[u] * dim
    const missed = step - lastStep[ids[u]]
    if (missed > 0) {
      const decay = momentum ** missed
      const path = (learningRate * momentum * (1 - decay)) / (1 - momentum)
      for (let i = row; i < row + dim; i++) {
        table[i] -= path * velocity[i]
        velocity[i] *= decay
      }
      lastStep[ids[u]] = step
    }
    if (out) for (let d = 0; d < dim; d++) out[u * dim + d] = table[row + d]
  }
}

/**
 * One step on rows that are caught up with `step`: g = clip(scale · dRows [U, D]); v = momentum · v + g; w −= lr · v.
 * Throws a RangeError on a row that is not caught up.
 */
export function updateRows(
  table: Float32Array,
  velocity: Float32Array,
  lastStep: Int32Array,
  ids: Int32Array,
  dRows: Float32Array,
  dim: number,
  step: number,
  learningRate: number,
  momentum: number,
  scale: number,
  clipValue: number,
): void {
  for (const id of ids)
    if (lastStep[id] !== step) throw new RangeError(`Row ${id} is at step ${lastStep[id]}, expected ${step}.`)
  for (let u = 0; u < ids.length; u++) {
    const row = ids[u] * dim
    for (let d = 0; d < dim; d++) {
      let g = scale * dRows[u * dim + d]
      if (clipValue > 0) g = Math.min(clipValue, Math.max(-clipValue, g))
      velocity[row + d] = momentum * velocity[row + d] + g
      table[row + d] -= learningRate * velocity[row + d]
    }
    lastStep[ids[u]] = step + 1
  }
}
