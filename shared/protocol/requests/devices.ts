/** Requests about the backends of this machine. */
import { z } from 'zod'
import { BACKENDS } from '../../devices/backends.ts'
import type { DeviceReport } from '../../devices/devices.ts'

export const deviceRequests = {
  /** The results that are stored; probes nothing. */
  'devices.list': z.strictObject({}),
  /** Probes one backend in a process of its own, with `measure` its training speed too (seconds). Stores the result. */
  'devices.probe': z.strictObject({ backend: z.enum(BACKENDS), measure: z.boolean() }),
  /** Sets what `auto` chooses on this machine from now on; null: the fastest. */
  'devices.prefer': z.strictObject({ backend: z.enum(BACKENDS).nullable() }),
  /** A text for bug reports, without names of folders, users and corpora. */
  'devices.diagnostics': z.strictObject({}),
}

export interface DeviceResults {
  'devices.list': DeviceReport
  'devices.probe': DeviceReport
  'devices.prefer': DeviceReport
  'devices.diagnostics': { text: string }
}
