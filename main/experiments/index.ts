/** The paper's experiments: runs over several seeds, and a report over them. */
export { collect } from './collect.ts'
export { definitionNames, readDefinition } from './definition.ts'
export { followUps } from './followUps.ts'
export { planExperiment, runOf, experimentTag } from './plan.ts'
export { writeReports } from './report/write.ts'
export type { PlannedRun, Experiment } from './plan.ts'
