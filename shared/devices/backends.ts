/** The backends that can run the computations, and what is known about one on this machine. */

/**
 * Usually fastest first. `auto` chooses the fastest that was benchmarked here; without benchmarks `native`, else `cpu`
 * (main/devices/ranking.ts).
 */
export const BACKENDS = ['native', 'tensorflow', 'webgpu', 'cpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/** Backends that are part of this program and tested against each other. They load no third-party native library. */
export const OWN_BACKENDS: readonly BackendName[] = ['native', 'cpu']

/** Whether a backend can compute on this machine. */
export type Availability =
  | {
      usable: true
      /** Version of the library that computes: "TensorFlow 2.21.0", "kernels avx2". */
      version: string
      /** The processor or graphics card it computes on, as its manufacturer names it. */
      device: string
      /** Memory of that device in bytes; null where the system does not report it. */
      memoryBytes: number | null
      /** Instruction set of our own kernels; null on other backends. */
      isa: string | null
      /** A graphics card emulated by the processor: correct but slow, so it is used only when chosen by name. */
      software?: boolean
    }
  | {
      usable: false
      /** What is missing, in one line: "CUDA 11.2 not found: libcudart.so.11.0". */
      reason: string
      /** How to fix it, in one line; null where there is no fix. */
      remedy: string | null
    }

export type Usable = Extract<Availability, { usable: true }>
export type Unusable = Extract<Availability, { usable: false }>

/** Reason and fix in one line. */
export function whyNot({ reason, remedy }: Pick<Unusable, 'reason' | 'remedy'>): string {
  return [reason, remedy].filter((part) => part !== null).join('; ')
}
