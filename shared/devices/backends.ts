/** The backends that may compute, and what is known of one on this machine. */

/** Usually fastest first. `auto` takes the fastest that was measured here; where nothing was, `native`, else `cpu`: see main/devices/ranking.ts. */
export const BACKENDS = ['native', 'tensorflow', 'webgpu', 'cpu'] as const
export type BackendName = (typeof BACKENDS)[number]

/** Backends that are part of this program, tested against each other: nothing that they load can fail in ways that are not known. */
export const OWN_BACKENDS: readonly BackendName[] = ['native', 'cpu']

/** Whether a backend can compute here. */
export type Availability =
  | {
      usable: true
      /** Of the library that computes: "TensorFlow 2.21.0", "kernels avx2". */
      version: string
      /** What it computes on, as its maker names it: a processor, a graphics card. */
      device: string
      /** Of that device; null where nobody tells. */
      memoryBytes: number | null
      /** Instruction set of our own kernels; null on other backends. */
      isa: string | null
      /** A graphics card that the processor imitates: right, and so slow that it computes only where it is asked for by name. */
      software?: boolean
    }
  | {
      usable: false
      /** What is missing, in plain words and one line: "CUDA 11.2 not found: libcudart.so.11.0". */
      reason: string
      /** What to do about it, in one line; null where nothing can be done. */
      remedy: string | null
    }

export type Usable = Extract<Availability, { usable: true }>
export type Unusable = Extract<Availability, { usable: false }>

/** Reason and remedy in one line. */
export function whyNot({ reason, remedy }: Pick<Unusable, 'reason' | 'remedy'>): string {
  return [reason, remedy].filter((part) => part !== null).join('; ')
}
