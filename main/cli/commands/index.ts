/** Every command, in the order of the help. */
import type { Command } from '../command.ts'
import { archive, unarchive } from './archive.ts'
import { config } from './config.ts'
import { convert } from './convert.ts'
import { annotate } from './annotate.ts'
import { deleteCommand } from './delete.ts'
import { exportCommand } from './export.ts'
import { extend } from './extend.ts'
import { devices } from './devices.ts'
import { experiment } from './experiment.ts'
import { resume } from './resume.ts'
import { runs } from './runs.ts'
import { sample } from './sample.ts'
import { serve } from './serve.ts'
import { show } from './show.ts'
import { tag } from './tag.ts'
import { train } from './train.ts'
import { vectors } from './vectors.ts'

export const commands: readonly Command[] = [
  train,
  sample,
  resume,
  extend,
  runs,
  show,
  tag,
  annotate,
  convert,
  exportCommand,
  archive,
  unarchive,
  deleteCommand,
  config,
  vectors,
  devices,
  experiment,
  serve,
]
