/**
 * Builds the binding of TensorFlow.js against a TensorFlow library on this machine, for when the package cannot
 * download its own:
 *
 *   npm run build:tensorflow -- --library PATH
 *
 * PATH is a folder with the library and its headers: an unpacked wheel of tensorflow or tensorflow-cpu, or the
 * unpacked TensorFlow C library. The binding goes to tensorflow-binding/ in the project and links to PATH, which must
 * stay in place. Linux and macOS.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const DONE = join(ROOT, 'tensorflow-binding')
/** Built here and moved once it computes, so that a failed build leaves the previous binding in place. */
const DRAFT = join(ROOT, 'tensorflow-binding.draft')
const PACKAGE = '@tensorflow/tfjs-node'
const MAC = process.platform === 'darwin'

/** File names of TensorFlow's library in its wheel and in its C distribution; the first one found is used. */
const LIBRARIES = MAC
  ? ['libtensorflow_cc.2.dylib', 'libtensorflow.2.dylib']
  : ['libtensorflow_cc.so.2', 'libtensorflow.so.2']
const FRAMEWORK = MAC ? 'libtensorflow_framework.2.dylib' : 'libtensorflow_framework.so.2'

class BuildError extends Error {}

/** Finds library and headers below the given folder. Throws a BuildError if something is missing. */
function findLibrary(named) {
  if (!named)
    throw new BuildError(
      'no library named: npm run build:tensorflow -- --library FOLDER (a wheel of tensorflow-cpu or TensorFlow’s ' +
        'C library, unpacked)',
    )
  const given = resolve(named)
  if (given.endsWith('.whl'))
    throw new BuildError(`${given} is a wheel, not a folder: unpack it (it is a zip file) and name the folder`)
  const folders = [given, join(given, 'tensorflow'), join(given, 'lib')]
  const library = folders.flatMap((folder) => LIBRARIES.map((name) => join(folder, name))).find(existsSync)
  if (!library)
    throw new BuildError(`${given} has none of ${LIBRARIES.join(', ')}, nor have its folders tensorflow/ and lib/`)
  const framework = join(dirname(library), FRAMEWORK)
  if (!existsSync(framework))
    throw new BuildError(`${dirname(library)} has no ${FRAMEWORK}, which belongs to ${library}`)
  const include = [given, dirname(library), dirname(dirname(library))]
    .map((folder) => join(folder, 'include'))
    .find((folder) => existsSync(join(folder, 'tensorflow', 'c', 'eager', 'c_api.h')))
  if (!include) throw new BuildError(`no headers beside ${library}: expected include/tensorflow/c/eager/c_api.h`)
  return { library, framework, include }
}

/** Runs a command; throws a BuildError with its last lines if it fails. */
function run(what, command, args, options) {
  console.log(what)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  })
  const log = `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`
  if (status !== 0) throw new BuildError(`${what}: failed\n${log.trim().split('\n').slice(-15).join('\n')}`)
  return stdout
}

/**
 * Installs the package without running its install script. Packages that it shares with the project are removed, so
 * that the project's copies are used: otherwise every kernel would be registered twice.
 */
function install() {
  const { version } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules', '@tensorflow', 'tfjs', 'package.json'), 'utf8'),
  )
  writeFileSync(join(DRAFT, 'package.json'), '{ "private": true }\n')
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  run(
    `fetching ${PACKAGE} ${version}`,
    npm[0],
    [
      ...npm.slice(1),
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-save',
      '--no-package-lock',
      `${PACKAGE}@${version}`,
    ],
    { cwd: DRAFT, env: { ...process.env, npm_config_local_prefix: DRAFT } },
  )
  const scope = join(DRAFT, 'node_modules', '@tensorflow')
  for (const name of readdirSync(scope)) if (name !== 'tfjs-node') rmSync(join(scope, name), { recursive: true })
  return join(scope, 'tfjs-node')
}

function link({ library, framework, include }, folder) {
  mkdirSync(join(folder, 'deps', 'lib'), { recursive: true })
  symlinkSync(include, join(folder, 'deps', 'include'))
  const lib = (name) => join(folder, 'deps', 'lib', name)
  // The name for the linker, the name that is loaded at run time, and the library's own.
  for (const name of new Set(
    MAC ? ['libtensorflow.2.dylib', LIBRARIES[0]] : ['libtensorflow.so', 'libtensorflow.so.2', LIBRARIES[0]],
  ))
    symlinkSync(library, lib(name))
  for (const name of MAC ? [FRAMEWORK] : ['libtensorflow_framework.so', FRAMEWORK]) symlinkSync(framework, lib(name))
}

/** Compiles with the headers of the pinned Node: nothing is downloaded. */
function compile(folder) {
  const node = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
    .map((name) => join(ROOT, 'node_modules', name))
    .concat(dirname(dirname(process.execPath)))
    .find((candidate) => existsSync(join(candidate, 'include', 'node', 'node_api.h')))
  if (!node) throw new BuildError('no headers of Node: npm install --include=optional')
  const gyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js')
  // npm passes on the user's own `nodedir`, which would take precedence.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/nodedir$/i.test(name)))
  run(
    'compiling the binding',
    process.execPath,
    [
      gyp,
      'rebuild',
      `--nodedir=${node}`,
      `--jobs=${availableParallelism()}`,
      '--module_name=tfjs_binding',
      `--module_path=${join(folder, 'lib', 'napi-v8')}`,
      '--napi_build_version=8',
      '--tensorflow-library-target=cpu',
    ],
    { cwd: folder, env: { ...env, PATH: `${dirname(process.execPath)}${delimiter}${env.PATH ?? ''}` } },
  )
  rmSync(join(folder, 'build'), { recursive: true, force: true })
}

/** One product, in a separate process: an incompatible library may crash it. */
const CHECK = `
const util = require('node:util')
util.isNullOrUndefined ??= (value) => value == null
util.isArray ??= Array.isArray
const tf = require(process.argv[1])
const product = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).dataSync()
if (tf.getBackend() !== 'tensorflow' || String(product) !== '19,22,43,50') throw new Error('computed ' + product + ' on ' + tf.getBackend())
`

try {
  if (process.platform === 'win32')
    throw new BuildError(
      'this builds on Linux and macOS; on Windows "npm install @tensorflow/tfjs-node" brings a binding',
    )
  const { values } = parseArgs({ options: { library: { type: 'string' } } })
  const library = findLibrary(values.library)
  rmSync(DRAFT, { recursive: true, force: true })
  mkdirSync(DRAFT)
  const folder = install()
  link(library, folder)
  compile(folder)
  run('computing with it', process.execPath, ['-e', CHECK, folder], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  })
  rmSync(DONE, { recursive: true, force: true })
  renameSync(DRAFT, DONE)
  console.log(`The backend tensorflow can be used: built against ${library.library}`)
} catch (error) {
  rmSync(DRAFT, { recursive: true, force: true })
  console.error(error instanceof BuildError ? error.message : error)
  process.exitCode = 1
}
