/** Requests about the backends of this machine. */
import { z } from 'zod'
import { BACKENDS } from '../../devices/backends.ts'
import type { DeviceReport } from '../../devices/devices.ts'

export const deviceRequests = {
  /** What is known; nothing is examined. */
  'devices.list': z.strictObject({}),
  /** Finds out about one backend in a process of its own, with `measure` how fast it trains too: seconds. What is found is kept. */
  'devices.examine': z.strictObject({ backend: z.enum(BACKENDS), measure: z.boolean() }),
  /** What `auto` takes on this machine from now on; null: the fastest. */
  'devices.prefer': z.strictObject({ backend: z.enum(BACKENDS).nullable() }),
  /** A text for reports of faults, without names of folders, users and corpora. */
  'devices.diagnostics': z.strictObject({}),
}

export interface DeviceResults {
  'devices.list': DeviceReport
  'devices.examine': DeviceReport
  'devices.prefer': DeviceReport
  'devices.diagnostics': { text: string }
}
