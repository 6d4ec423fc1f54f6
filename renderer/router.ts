/** Which view belongs to which address. Addresses stand behind the #, which no browser sends anywhere. */
import { createRouter, createWebHashHistory, type Router, type RouteRecordRaw } from 'vue-router'
import { acceptToken } from './bridge/index.ts'
import AnalysisView from './features/analysis/AnalysisView.vue'
import NewProjectView from './features/annotate/NewProjectView.vue'
import ProjectsView from './features/annotate/ProjectsView.vue'
import ProjectView from './features/annotate/ProjectView.vue'
import DatasetsView from './features/datasets/DatasetsView.vue'
import DatasetView from './features/datasets/DatasetView.vue'
import ImportView from './features/datasets/ImportView.vue'
import DevicesView from './features/devices/DevicesView.vue'
import ExperimentsView from './features/experiments/ExperimentsView.vue'
import ExperimentView from './features/experiments/ExperimentView.vue'
import NewExperimentView from './features/experiments/NewExperimentView.vue'
import NewRunView from './features/newRun/NewRunView.vue'
import RunView from './features/run/RunView.vue'
import CompareView from './features/runs/compare/CompareView.vue'
import GroupsView from './features/runs/compare/GroupsView.vue'
import RunsView from './features/runs/RunsView.vue'
import SubnetsView from './features/subnets/SubnetsView.vue'
import TagView from './features/tag/TagView.vue'
import type { ViewName } from './ui/routes.ts'

const VIEWS: (RouteRecordRaw & { name: ViewName })[] = [
  { name: 'runs', path: '/runs', alias: '/', component: RunsView },
  { name: 'run', path: '/runs/:id', component: RunView },
  { name: 'subnets', path: '/runs/:id/subnets', component: SubnetsView },
  { name: 'errors', path: '/runs/:id/errors', component: AnalysisView },
  { name: 'tag', path: '/runs/:id/tag', component: TagView },
  { name: 'compare', path: '/compare/:ids', component: CompareView },
  { name: 'groups', path: '/groups/:ids', component: GroupsView },
  { name: 'experiments', path: '/experiments', component: ExperimentsView },
  { name: 'newExperiment', path: '/experiments/new', component: NewExperimentView },
  { name: 'experiment', path: '/experiments/:id', component: ExperimentView },
  { name: 'train', path: '/train', component: NewRunView },
  { name: 'datasets', path: '/datasets', component: DatasetsView },
  { name: 'import', path: '/datasets/import', component: ImportView },
  { name: 'dataset', path: '/datasets/:id', component: DatasetView },
  { name: 'projects', path: '/annotate', component: ProjectsView },
  { name: 'newProject', path: '/annotate/new', component: NewProjectView },
  { name: 'project', path: '/annotate/:id', component: ProjectView },
  { name: 'devices', path: '/devices', component: DevicesView },
]

/** Created after the bridge has taken the token out of the address (bridge/token.ts). */
export function createStudioRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      ...VIEWS,
      {
        // The address of a restarted studio, opened in this tab: its token is taken, and the page stays where it is.
        path: '/token=:token',
        component: RunsView,
        beforeEnter(to, from) {
          acceptToken(String(to.params.token))
          return { path: from.fullPath, replace: true }
        },
      },
      // Addresses of earlier versions.
      { path: '/corrections/:rest(.*)*', redirect: ({ fullPath }) => fullPath.replace('/corrections', '/annotate') },
      { path: '/:unknown(.*)*', redirect: '/runs' },
    ],
  })
}
