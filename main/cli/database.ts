/** The option that names the studio's database. */
import type { Option } from './args.ts'

export const databaseOption: Option = {
  name: 'db',
  value: 'FILE',
  description: 'Database of the studio (default: $SPARSE_SHARING_DB, else in your data folder).',
}
