/**
 * Who may import whom. ARCHITECTURE.md shows the same table, and a test compares them. `npm run check` enforces it.
 * A name with "(types)" may be imported for its types only: nothing of it is loaded.
 */
const LAYERS = {
  entry: [
    'cli',
    'transport',
    'api',
    'trainer',
    'devices',
    'experiments',
    'export',
    'experiment',
    'tagger',
    'annotation',
    'vectorLibrary',
    'store',
    'config',
    'log',
  ],
  library: ['tagger', 'annotation', 'store', 'config'],
  cli: ['config', 'store (types)', 'experiments (types)', 'vectorLibrary (types)'],
  transport: ['api'],
  api: [
    'trainer',
    'devices',
    'experiments',
    'experiment',
    'tagger',
    'annotation',
    'export',
    'vectorLibrary',
    'store',
    'config',
    'data',
    'vectors',
    'threads',
  ],
  trainer: ['experiment', 'devices', 'store', 'config'],
  experiments: ['config', 'store'],
  tagger: ['training', 'nn', 'data', 'backend', 'store', 'threads'],
  annotation: ['tagger', 'data'],
  export: ['tagger', 'store', 'config'],
  experiment: ['training', 'pruning', 'nn', 'data', 'backend', 'store', 'config', 'devices', 'threads'],
  devices: ['training', 'nn', 'data (types)', 'backend', 'store (types)'],
  training: ['pruning', 'nn', 'data (types)'],
  pruning: [],
  nn: ['data (types)'],
  backend: ['nn', 'native', 'threads'],
  data: ['vectors'],
  vectors: [],
  vectorLibrary: ['data', 'vectors'],
  store: [],
  config: ['vectors'],
  threads: [],
  log: [],
}

/** Packages that only these folders may load, so that the others neither depend on them nor load them. */
const OWNED = {
  'better-sqlite3': ['store', 'vectors'],
  '@tensorflow': ['nn', 'backend'],
  yaml: ['config', 'data'],
  pino: ['log'],
  'rotating-file-stream': ['log'],
}

/** Packages that the bundle contains (packaging/bundle.ts), so that nobody has to install them. */
const BUNDLED = [
  '@bufbuild/protobuf',
  '@tensorflow/(tfjs|tfjs-core|tfjs-backend-cpu)',
  'fflate',
  'log-update',
  'lru-cache',
  'papaparse',
  'pino',
  'rotating-file-stream',
  'string-width',
  'tar-stream',
  'ws',
  'yaml',
  'zod',
]

/** Modules that are started rather than imported: by npm, by Electron, as a thread, by people's programs. */
const ENTRIES = [
  '^main/entry/',
  '^main/library/index\\.ts$',
  '^main/(experiment|tagger)/worker\\.ts$',
  '^main/backend/probeThread\\.ts$',
  '^main/api/longJobThread\\.ts$',
]

/** Tested modules that nothing uses yet. */
const WAITING = []

const folder = (name) => (name === 'native' ? '^native/' : `^main/${name}/`)
const bare = (name) => name.replace(' (types)', '')
const npm = (name) => `(^|node_modules/)${name}(/|$)`

const layerRules = Object.entries(LAYERS).flatMap(([layer, allowed]) => [
  {
    name: `layer-${layer}`,
    comment: allowed.join(', '),
    severity: 'error',
    from: { path: folder(layer) },
    to: { path: ['^main/', '^native/'], pathNot: [layer, ...allowed.map(bare)].map(folder) },
  },
  ...allowed
    .filter((name) => name.endsWith('(types)'))
    .map((name) => ({
      name: `types-only-${layer}-${bare(name)}`,
      comment: `${layer} knows only the types of ${bare(name)}.`,
      severity: 'error',
      from: { path: folder(layer) },
      to: { path: folder(bare(name)), dependencyTypesNot: ['type-only'] },
    })),
])

const ownershipRules = Object.entries(OWNED).map(([name, owners]) => ({
  name: `owned-${name.replace('@', '')}`,
  comment: `${name} is loaded by ${owners.join(' and ')} alone.`,
  severity: 'error',
  from: { path: '^(main|shared|renderer|native)/', pathNot: owners.map(folder) },
  to: { path: npm(name) },
}))

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    ...layerRules,
    ...ownershipRules,
    forbid(
      'main-imports-below',
      'The program imports neither the window, nor tests, nor benchmarks.',
      { path: '^main/' },
      { path: '^(renderer|test|bench)/' },
    ),
    forbid(
      'backend-knows-interfaces',
      'A backend knows the interfaces of ops and host kernels, not the network.',
      { path: folder('backend') },
      { path: folder('nn'), pathNot: '^main/nn/(ops/|hostKernels\\.ts$)' },
    ),
    forbid(
      'native-stands-alone',
      'The addon and its loader import nothing of the program.',
      { path: '^native/' },
      { path: '^(main|shared|renderer|test|bench)/' },
    ),
    forbid(
      'shared-is-pure',
      'shared/ runs in the window, in the program and in a browser: nothing but zod and itself.',
      { path: '^shared/' },
      { pathNot: ['^shared/', npm('zod')] },
    ),
    forbid(
      'renderer-sees-shared',
      'The window reaches the program through its bridge only, whose types are in shared/.',
      { path: '^renderer/' },
      {
        pathNot: [
          '^renderer/',
          '^shared/',
          ...['vue', '@vue', 'vue-router', '@vueuse', '@tanstack', 'pinia', 'chart\\.js'].map(npm),
        ],
      },
    ),
    forbid(
      'electron-at-entry',
      'Everything else must run without Electron.',
      {
        pathNot: [
          '^main/entry/(electron[^/]*|preload)\\.ts$',
          '^main/entry/start\\.mjs$',
          '^main/transport/ipc\\.ts$',
          '^node_modules/',
          '^test/',
        ],
      },
      { path: npm('electron'), dependencyTypesNot: ['local'] },
    ),
    forbid(
      'preload-is-thin',
      'The preload script runs in a sandbox: Electron, shared/, and the names of its channels.',
      { path: '^main/entry/preload\\.ts$' },
      { pathNot: ['^shared/', '^main/transport/channels\\.ts$', npm('electron')] },
    ),
    forbid(
      'test-read-once',
      'Test data is read in one place, after all choices are made.',
      { path: '^main/', pathNot: '^main/experiment/evaluateTest\\.ts$' },
      { path: '^main/data/testSplits\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-cycles',
      'Merge modules that import each other, or move what they share to a third. Type imports count, too.',
      { path: '^(main|shared|renderer|native|bench|test)/' },
      { circular: true },
    ),
    forbid(
      'no-unresolvable',
      'Every import must resolve; dist/ is there only once it is built.',
      { path: '^(main|shared|renderer|native|bench|test)/' },
      { couldNotResolve: true, pathNot: '(^|/)dist/' },
    ),
    forbid(
      'no-dev-dependencies',
      'Only these development dependencies are inside the bundle that is shipped. Electron is provided.',
      { path: '^(main|shared|native)/' },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: ['electron', ...BUNDLED].map(npm),
      },
    ),
    forbid(
      'no-undeclared',
      'Every imported package must be in package.json, with its version.',
      { path: '^(main|shared|renderer|native|bench|test)/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-orphans',
      'A module that imports nothing and is not imported is dead code.',
      {
        orphan: true,
        path: '^(main|shared|renderer|native|bench|test)/',
        pathNot: ['\\.d\\.ts$', '^native/(build|sanitize)\\.mjs$'],
      },
      {},
    ),
    forbid(
      'no-dead-modules',
      'A module that no entry reaches is dead code, even if a test imports it.',
      { path: ENTRIES },
      { path: '^(main|native)/.*\\.ts$', pathNot: [...ENTRIES, ...WAITING], reachable: false },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type imports are edges, too, marked `type-only`.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
