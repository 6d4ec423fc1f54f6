/** The command line with real streams and signals and the fake core. Tests of signals start it as a process. */
import { processIo } from '../../main/cli/io.ts'
import { main } from '../../main/cli/main.ts'
import { loopbackServerOf } from '../../main/entry/loopbackServer.ts'
import { openRequests } from '../../main/entry/studioRequests.ts'
import { fakeCore, NO_DEVICES } from './fakeCore.ts'

const core = fakeCore(Number(process.env.FAKE_STEP_MS ?? 0))
process.exitCode = await main(process.argv.slice(2), '0.0.0', {
  io: processIo(),
  core: {
    store: async () => core,
    all: async () => core,
    exporter: () => import('../../main/export/index.ts'),
    annotation: () => import('../../main/annotation/index.ts'),
    devices: async () => ({ ...core, ...NO_DEVICES }),
    experiments: () => import('../../main/experiments/index.ts'),
    estimate: () => {
      throw new Error('the fake core trains nothing that could be measured')
    },
    vectors: () => import('../../main/vectorLibrary/index.ts'),
    tagger: () => {
      throw new Error('the fake core has no tagger')
    },
    studio: async (database) => openRequests(database, '0.0.0'),
    loopbackServer: async () => loopbackServerOf('0.0.0'),
  },
})
