/** The paper's experiments: runs over several seeds, and a report over them. */
export { collect } from './collect.ts'
export { definitionNames, readDefinition } from './definition.ts'
export { followUps } from './followUps.ts'
export { planStudy, runOf, studyTag } from './plan.ts'
export { writeReports } from './report/write.ts'
export type { PlannedRun, Study } from './plan.ts'
