/**
 * The methods: sparse sharing and its baselines. Separate from the config schema, so that the window loads the names
 * without it.
 */

/** Ways to train all tasks jointly. hard, soft and hierarchical are the paper's baselines. */
export const JOINT_METHODS = ['hard', 'soft', 'hierarchical', 'sparse'] as const
export type JointMethod = (typeof JOINT_METHODS)[number]

/**
 * single: one dense network per task; subnet: each task's chosen ticket by itself; hard: joint, all masks 1; soft:
 * joint, one BiLSTM per task with soft sharing; hierarchical: joint, tasks read different layers (masks of whole
 * layers); sparse: joint, each task under its mask.
 */
export const METHODS = ['single', 'subnet', ...JOINT_METHODS] as const
export type Method = (typeof METHODS)[number]

export const isJointMethod = (method: Method): method is JointMethod => method !== 'single' && method !== 'subnet'

/** As the paper's table names them. */
export const METHOD_NAMES: Record<Method, string> = {
  single: 'single task',
  subnet: 'single task (subnet)',
  hard: 'hard sharing',
  soft: 'soft sharing',
  hierarchical: 'hierarchical sharing',
  sparse: 'sparse sharing',
}
