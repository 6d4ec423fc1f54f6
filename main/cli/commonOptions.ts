/** Options that every command has. */
import { LOG_LEVELS } from '../../shared/util/log.ts'
import type { Option } from './args.ts'

export const commonOptions: readonly Option[] = [
  { name: 'help', short: 'h', description: 'Show this help.' },
  {
    name: 'log-level',
    value: 'LEVEL',
    description: `Level of the log beside the database: ${LOG_LEVELS.join(', ')} (default: info).`,
  },
]
