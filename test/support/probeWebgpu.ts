/** A process that prints why the webgpu backend cannot compute here, or nothing where it can. */
import { webgpu } from '../../main/backend/webgpu/index.ts'

const found = await webgpu.probe()
if (!found.usable) process.stdout.write(`${found.reason}; ${found.remedy}`)
