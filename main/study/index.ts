/** The paper's experiments: several runs over seeds, and one report of them. */
export { collect } from './collect.ts'
export { definitionNames, readDefinition } from './definition.ts'
export { followUps } from './followUps.ts'
export { planStudy, runOf, studyTag } from './plan.ts'
export { writeReports } from './report/write.ts'
export type { PlannedRun, Study } from './plan.ts'
