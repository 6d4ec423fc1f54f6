/** The methods: the paper's, and what it is compared with. Apart from the config's schema, so that the window has the names without it. */

/** Ways to train all tasks together. soft and hierarchical are what the paper compares with beside hard. */
export const JOINT_METHODS = ['hard', 'soft', 'hierarchical', 'sparse'] as const
export type JointMethod = (typeof JOINT_METHODS)[number]

/**
 * single: one dense network a task; subnet: its chosen ticket alone; hard: joint, all masks 1; soft: joint, a BiLSTM each that
 * share softly; hierarchical: joint, tasks read different layers, masks of whole layers; sparse: joint, under the masks.
 */
export const METHODS = ['single', 'subnet', ...JOINT_METHODS] as const
export type Method = (typeof METHODS)[number]

/** As the paper's table names them. */
export const METHOD_NAMES: Record<Method, string> = {
  single: 'single task',
  subnet: 'single task (subnet)',
  hard: 'hard sharing',
  soft: 'soft sharing',
  hierarchical: 'hierarchical sharing',
  sparse: 'sparse sharing',
}
