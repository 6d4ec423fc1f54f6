/**
 * Runs the kernels and the thread pool under the compiler's sanitizers: `npm run test:sanitize`.
 *
 *   address: memory outside arrays and scratch, for every instruction set; undefined behaviour, for one of them
 *   thread:  data races; one instruction set, because all of them divide their work by the same code
 *
 * Where the compiler has no sanitizers (Windows, a container without libasan) one line says so and the exit code is 0;
 * with --strict it is 1.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const HERE = dirname(fileURLToPath(import.meta.url))
const COMPILER = process.env.CXX || 'c++'
const run = promisify(execFile)

const COMMON = [
  '-std=gnu++20',
  '-g1',
  '-Wall',
  '-Wextra',
  '-Wno-psabi',
  '-Wno-unknown-pragmas',
  '-fno-omit-frame-pointer',
]
// Not optimised: compiled in a third of the time, and nothing is optimised away before it is checked.
const KERNELS = [...COMMON, '-O0', '-ffp-contract=fast']
const INSTRUCTION_SETS = {
  avx512: ['-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mavx2', '-mfma', '-mprefer-vector-width=512'],
  avx2: ['-mavx2', '-mfma'],
  neon: [],
  portable: [],
}
const PRESENT = { x64: ['avx2', 'avx512', 'portable'], arm64: ['neon'] }[process.arch] ?? ['portable']

const SANITIZERS = [
  {
    name: 'address',
    flags: ['-fsanitize=address'],
    // For one instruction set, because it doubles the time to compile.
    first: ['-fsanitize=undefined', '-fno-sanitize-recover=undefined'],
    sets: PRESENT,
    environment: { ASAN_OPTIONS: 'detect_stack_use_after_return=1' },
  },
  {
    name: 'thread',
    flags: ['-fsanitize=thread'],
    first: [],
    sets: PRESENT.slice(0, 1),
    environment: { TSAN_OPTIONS: 'halt_on_error=1' },
  },
]

/** Whether the compiler, its libraries and this kernel can run a program with these flags. */
async function works(folder, flags) {
  const source = join(folder, 'try.cc')
  const program = join(folder, 'try')
  writeFileSync(source, 'int main() { return 0; }\n')
  try {
    await run(COMPILER, [...flags, source, '-o', program])
    await run(program)
    return true
  } catch {
    return false
  }
}

const headers = (folder) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.h'))
    .map((name) => statSync(join(folder, name)).mtimeMs)
const newestHeader = Math.max(...headers(join(HERE, 'src')))

/** What is to be compiled: object file, source, flags. */
function units({ flags, first, sets }, folder) {
  const kernels = readdirSync(join(HERE, 'src', 'kernels')).filter((name) => name.endsWith('.cc'))
  return [
    ...['src/context.cc', 'src/thread_pool.cc', 'sanitize.cc'].map((source) => ({
      object: join(folder, `${basename(source, '.cc')}.o`),
      source: join(HERE, source),
      flags: [...COMMON, '-O0', ...flags, ...sets.map((set) => `-DWITH_${set.toUpperCase()}`)],
    })),
    ...sets.flatMap((set) =>
      kernels.map((name) => ({
        object: join(folder, `${set}_${basename(name, '.cc')}.o`),
        source: join(HERE, 'src', 'kernels', name),
        flags: [
          ...KERNELS,
          ...flags,
          ...(set === sets[0] ? first : []),
          ...INSTRUCTION_SETS[set],
          `-DISA=${set}`,
          `-DISA_${set.toUpperCase()}`,
        ],
      })),
    ),
  ]
}

const isUpToDate = ({ object, source }) =>
  existsSync(object) && statSync(object).mtimeMs > Math.max(newestHeader, statSync(source).mtimeMs)

/** Compiles what is out of date, as many at once as there are cores. */
async function compile(all) {
  const waiting = all.filter((unit) => !isUpToDate(unit))
  const worker = async () => {
    for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift())
      await run(COMPILER, [...unit.flags, '-c', unit.source, '-o', unit.object])
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

/** Builds and runs the driver under one sanitizer; whether it passed. */
async function check(sanitizer) {
  const folder = join(HERE, 'build', 'sanitize', sanitizer.name)
  mkdirSync(folder, { recursive: true })
  const flags = [...sanitizer.flags, ...sanitizer.first]
  if (!(await works(folder, flags))) {
    console.log(`${sanitizer.name}: skipped, ${COMPILER} has no ${flags.join(' ')}`)
    return !process.argv.includes('--strict')
  }
  const all = units(sanitizer, folder)
  const program = join(folder, 'sanitize')
  try {
    await compile(all)
    await run(COMPILER, [...flags, ...all.map(({ object }) => object), '-o', program, '-pthread'])
    const { stdout } = await run(program, { env: { ...process.env, ...sanitizer.environment } })
    console.log(`${stdout.trim().replaceAll(/^/gm, `${sanitizer.name}: `)}\n${sanitizer.name}: nothing found`)
    return true
  } catch (error) {
    console.log(`${error.stdout ?? ''}${error.stderr ?? error.stack}`)
    console.log(`${sanitizer.name}: failed`)
    return false
  }
}

let passed = true
for (const sanitizer of SANITIZERS) passed = (await check(sanitizer)) && passed
process.exitCode = passed ? 0 : 1
