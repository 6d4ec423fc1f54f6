/**
 * The interface of the C++ addon: its functions, their arrays and shapes. The C++ side, the loader and the
 * TensorFlow.js kernels all follow this description.
 *
 * Layout. A batch is *packed*: its B sentences are sorted by length, longest first, and stored time-major without
 * padding. batchSizes[t] sentences are at least t + 1 tokens long; token t of the sentence of rank b is row
 * offset[t] + b, with offset[t] = batchSizes[0] + … + batchSizes[t-1]. N rows in all, T = batchSizes.length.
 *
 * Matrices are row-major float32. Weight matrices are [inputs, outputs]. Gate order in 4H is i, f, g, o.
 * A mask has its weight's shape, one byte per weight, 1 = kept, 0 = pruned; null = all kept. A pruned weight counts as
 * 0 in every product, whatever the array holds, and its gradient is exactly 0.
 * Outputs are overwritten, not accumulated into, unless the function says so. They may hold garbage before the call.
 * Results are bit-identical for any number of threads: work is split over outputs, reductions run in a fixed order.
 * Wrong sizes throw a TypeError before anything is written. N, T or any count may be 0.
 *
 * Dropout. Element i of a tensor (row-major index) survives if hash(i, k0, k1) < floor(keep * 2^32), and is scaled by
 * 1/keep, where
 *   mix(x): x ^= x >>> 16; x *= 0x21f0aaad; x ^= x >>> 15; x *= 0xd35a2d97; x ^= x >>> 15   (32-bit, wrapping)
 *   hash(i, k0, k1) = mix(mix(i + k0) ^ k1)
 * keep = 1 copies the values.
 */
export interface NativeKernels {
  /** Instruction set chosen at load: the best of this processor, or the one that SPARSE_SHARING_ISA names. */
  readonly isa: 'avx512' | 'avx2' | 'neon' | 'portable'
  /** Threads that a call may use, the calling one included. Each JavaScript thread has a pool of its own. */
  setThreads(threads: number): void
  getThreads(): number
  /** GFLOP/s of independent register-only FMAs on one core, measured over about `seconds`. For benchmarks. */
  fmaPeak(seconds: number): number

  /**
   * One bidirectional LSTM layer. x [N, I]; w* [I + H, 4H], rows: inputs then recurrent; b* [2, 4H], both rows are
   * added; y [N, 2H] forward then backward; gates [2, N, 4H] after activation; cells [2, N, H]. Initial state 0.
   */
  bilstmForward(
    x: Float32Array,
    batchSizes: Int32Array,
    wForward: Float32Array,
    bForward: Float32Array,
    maskForward: Uint8Array | null,
    wBackward: Float32Array,
    bBackward: Float32Array,
    maskBackward: Uint8Array | null,
    inputs: number,
    hidden: number,
    y: Float32Array,
    gates: Float32Array,
    cells: Float32Array,
  ): void
  /**
   * bilstmForward without the values that a gradient needs, for batches of many sentences. Token n reads row index[n]
   * of x [U, I], so that a repeated word is projected once. The time is proportional to the number of kept weights. The
   * output of a sentence does not depend on the other sentences of its batch, to the bit.
   */
  bilstmInference(
    x: Float32Array,
    index: Int32Array,
    batchSizes: Int32Array,
    wForward: Float32Array,
    bForward: Float32Array,
    maskForward: Uint8Array | null,
    wBackward: Float32Array,
    bBackward: Float32Array,
    maskBackward: Uint8Array | null,
    inputs: number,
    hidden: number,
    y: Float32Array,
  ): void
  /** Gradients of bilstmForward from dy [N, 2H]; dx [N, I], or null if not needed; db* [2, 4H] (equal rows). */
  bilstmBackward(
    dy: Float32Array,
    x: Float32Array,
    y: Float32Array,
    gates: Float32Array,
    cells: Float32Array,
    batchSizes: Int32Array,
    wForward: Float32Array,
    maskForward: Uint8Array | null,
    wBackward: Float32Array,
    maskBackward: Uint8Array | null,
    inputs: number,
    hidden: number,
    dx: Float32Array | null,
    dwForward: Float32Array,
    dbForward: Float32Array,
    dwBackward: Float32Array,
    dbBackward: Float32Array,
  ): void

  /**
   * The features of N words from their characters. Word n has the characters chars[starts[n] .. starts[n+1]). Element
   * (k, d) of the embedded characters [K, D] has dropout index k * D + d. Then a convolution of `width` (odd, zero
   * padded by (width-1)/2 at both ends of each word) with w [width * D, F] (rows: position, then d), + b [F], ReLU, and
   * the maximum over the word's characters. A word without characters yields 0. out [N, F]. argmax [N, F]: absolute
   * index of the character with the maximum (the first of equal ones), -1 where the maximum is not above 0.
   */
  charCnnForward(
    chars: Int32Array,
    starts: Int32Array,
    table: Float32Array,
    w: Float32Array,
    b: Float32Array,
    mask: Uint8Array | null,
    charDim: number,
    filters: number,
    width: number,
    keep: number,
    k0: number,
    k1: number,
    out: Float32Array,
    argmax: Int32Array,
  ): void
  /** Gradients: dTable [V, D] dense (small), dw [width * D, F], db [F]. */
  charCnnBackward(
    dout: Float32Array,
    argmax: Int32Array,
    chars: Int32Array,
    starts: Int32Array,
    table: Float32Array,
    w: Float32Array,
    mask: Uint8Array | null,
    charDim: number,
    filters: number,
    width: number,
    keep: number,
    k0: number,
    k1: number,
    dTable: Float32Array,
    dw: Float32Array,
    db: Float32Array,
  ): void

  /** y [N, O] = x [N, I] · w [I, O] + b [O]. */
  linearForward(
    x: Float32Array,
    w: Float32Array,
    b: Float32Array,
    inputs: number,
    outputs: number,
    y: Float32Array,
  ): void
  linearBackward(
    dy: Float32Array,
    x: Float32Array,
    w: Float32Array,
    inputs: number,
    outputs: number,
    dx: Float32Array | null,
    dw: Float32Array,
    db: Float32Array,
  ): void

  /** y [N, D] = rows [U, D] selected by index [N], then dropout by the element's index in y. */
  gatherForward(
    rows: Float32Array,
    index: Int32Array,
    dim: number,
    keep: number,
    k0: number,
    k1: number,
    y: Float32Array,
  ): void
  /** dRows [U, D]: the sum over n of dropout'(dy [N, D])[n] where index[n] = u, added in the order of n. */
  gatherBackward(
    dy: Float32Array,
    index: Int32Array,
    dim: number,
    keep: number,
    k0: number,
    k1: number,
    dRows: Float32Array,
  ): void

  /** y = dropout(x); also its own gradient. May be in place (y === x). */
  dropout(x: Float32Array, keep: number, k0: number, k1: number, y: Float32Array): void
  /** y [N, A + B]: a [N, A] beside b [N, B]. */
  concatColumns(a: Float32Array, b: Float32Array, aWidth: number, bWidth: number, y: Float32Array): void
  /** The gradient of concatColumns: splits y back. */
  splitColumns(y: Float32Array, aWidth: number, bWidth: number, a: Float32Array, b: Float32Array): void

  /**
   * Mean over N tokens of -log softmax(logits [N, C])[tags]; fills dLogits [N, C] with its gradient. 0 for N = 0.
   * Throws a RangeError if a tag is outside 0..C-1.
   */
  softmaxCrossEntropy(logits: Float32Array, tags: Int32Array, classes: number, dLogits: Float32Array): number
  /** ids [N]: the column of the largest value of each row of logits [N, C]; the first of equal ones. */
  argmaxRows(logits: Float32Array, classes: number, ids: Int32Array): void

  /**
   * Linear-chain CRF, packed. emissions [N, C], transitions [C, C] (from row to column), start [C], end [C].
   * Returns the sum over sentences of the negative log-likelihood, divided by N; fills the gradients of that.
   */
  crfLoss(
    emissions: Float32Array,
    tags: Int32Array,
    batchSizes: Int32Array,
    transitions: Float32Array,
    start: Float32Array,
    end: Float32Array,
    classes: number,
    dEmissions: Float32Array,
    dTransitions: Float32Array,
    dStart: Float32Array,
    dEnd: Float32Array,
  ): number
  /** Viterbi: best tag sequence of every sentence; ids [N], packed. Among equal paths the lowest id. */
  crfDecode(
    emissions: Float32Array,
    batchSizes: Int32Array,
    transitions: Float32Array,
    start: Float32Array,
    end: Float32Array,
    classes: number,
    ids: Int32Array,
  ): void

  /** Sum of squares of all elements of all arrays, in double precision, in a fixed order. */
  sumOfSquares(arrays: Float32Array[]): number
  /**
   * SGD with momentum, in place, for each i of the lists. Pruned weights and their velocities are not touched.
   * g = clip(scale * gradient, ± clipValue if > 0) + weightDecay * w;  v = momentum * v + g;  w -= learningRate * v.
   */
  momentumUpdate(
    weights: Float32Array[],
    gradients: Float32Array[],
    velocities: Float32Array[],
    masks: (Uint8Array | null)[],
    learningRate: number,
    momentum: number,
    scale: number,
    clipValue: number,
    weightDecay: number,
  ): void

  /**
   * Lazy momentum on an embedding table [V, D]. lastStep [V]: the number of steps applied to a row's weights and
   * velocity. settleRows catches the rows `ids` [U] (distinct) up to `step`: for n = step - lastStep[id] steps without
   * gradient, w -= learningRate * v * momentum (1 - momentum^n) / (1 - momentum); v *= momentum^n; lastStep[id] = step.
   * Then it copies the rows to out [U, D], unless that is null.
   */
  settleRows(
    table: Float32Array,
    velocity: Float32Array,
    lastStep: Int32Array,
    ids: Int32Array,
    dim: number,
    step: number,
    learningRate: number,
    momentum: number,
    out: Float32Array | null,
  ): void
  /**
   * One step on rows that settleRows has caught up: g = clip(scale * dRows [U, D], ± clipValue if > 0);
   * v = momentum * v + g;  w -= learningRate * v;  lastStep[id] = step + 1. Throws a RangeError if lastStep[id] !=
   * step.
   */
  updateRows(
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
  ): void
}
