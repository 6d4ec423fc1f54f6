/**
 * Before all tests: where no graphics adapter is found, Chromium's software Vulkan (SwiftShader) serves the webgpu backend. The
 * loader and its driver are named by the environment, which a process must have from its start: the test processes inherit it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The places of Debian and of CHROMIUM_PATH. */
const FOLDERS = ['/usr/lib/chromium', ...(process.env.CHROMIUM_PATH ? [dirname(process.env.CHROMIUM_PATH)] : [])]

export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sparse-vulkan-'))
  const chromium = FOLDERS.find((candidate) => existsSync(join(candidate, 'libvk_swiftshader.so')))
  const software = chromium === undefined ? {} : softwareVulkan(folder, chromium)
  process.env.SPARSE_SHARING_TEST_WEBGPU = probe({})
  if (process.env.SPARSE_SHARING_TEST_WEBGPU !== '') {
    Object.assign(process.env, software)
    process.env.SPARSE_SHARING_TEST_WEBGPU = probe(software)
  }
  return () => rmSync(folder, { recursive: true, force: true })
}

function softwareVulkan(folder: string, chromium: string): Record<string, string> {
  const driver = join(folder, 'swiftshader.json')
  writeFileSync(
    driver,
    JSON.stringify({
      file_format_version: '1.0.0',
      ICD: { library_path: join(chromium, 'libvk_swiftshader.so'), api_version: '1.0.5' },
    }),
  )
  // The loader alone, not all that Chromium brings: other programs of the tests have the environment too.
  if (existsSync(join(chromium, 'libvulkan.so.1')))
    symlinkSync(join(chromium, 'libvulkan.so.1'), join(folder, 'libvulkan.so.1'))
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: libraries,
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? folder,
  }
}

/** Empty where the webgpu backend can compute, else why not. */
function probe(environment: Record<string, string>): string {
  const script = fileURLToPath(new URL('./probeWebgpu.ts', import.meta.url))
  return execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
