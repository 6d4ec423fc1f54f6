/** Explains why TensorFlow could not be loaded and how to fix it. */

/** An installed package is a bundle; what builds the binding is in a working copy only. */
const PACKAGED = !import.meta.url.endsWith('.ts')
const BUILD = `with a TensorFlow library on this machine${PACKAGED ? ', in a working copy' : ''}: npm run build:tensorflow -- --library FOLDER`
const INSTALL = `"npm install${PACKAGED ? ' -g @tensorflow/tfjs-node@4.22.0' : ''}" fetches it from the network; ${BUILD}`

/**
 * Explains the failures of all packages that were tried, in order. The first that is installed but fails says more than
 * those that are not installed. `error` is what loading the package threw.
 */
export function explain(failures: { name: string; error: Error }[]): { reason: string; remedy: string } {
  const present = failures.find(({ error }) => !isAbsent(error))
  if (present === undefined)
    return {
      reason: 'TensorFlow is not installed: neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node',
      remedy: INSTALL,
    }
  const { name, error } = present
  const [line] = error.message.trim().split('\n')
  const library =
    /(lib[\w-]+\.(?:so|dylib)[\w.]*|[\w-]+\.dll): cannot open shared object|Library not loaded: \S*?(lib[\w.-]+\.dylib)/.exec(
      error.message,
    )
  const missing = library?.[1] ?? library?.[2]
  if (missing !== undefined) return missingLibrary(name, missing)
  if (/native addon module.*can not\s+be found/.test(error.message))
    return {
      reason: `${name} is installed without TensorFlow itself: its download failed or was not allowed`,
      remedy: INSTALL,
    }
  if (/GLIBC(XX)?_[\d.]+' not found/.test(line))
    return {
      reason: `${name} is built for a newer system than this: ${line}`,
      remedy: `update the system, or ${BUILD}`,
    }
  if (/invalid ELF header|wrong architecture|incompatible architecture|not a valid Win32/.test(line))
    return {
      reason: `${name} is built for another processor or system: ${line}`,
      remedy: `reinstall with "npm ci"; ${BUILD}`,
    }
  return { reason: `${name} does not load: ${line}`, remedy: INSTALL }
}

function missingLibrary(name: string, library: string): { reason: string; remedy: string } {
  if (/^lib(cuda|cudart|cublas|cufft|curand|cusolver|cusparse)\b/.test(library))
    return {
      reason: `CUDA 11.2 not found: ${library}`,
      remedy: 'install the driver of the graphics card and CUDA 11.2, and name its lib64 folder in LD_LIBRARY_PATH',
    }
  if (/^libcudnn\b/.test(library))
    return {
      reason: `cuDNN 8.1 not found: ${library}`,
      remedy: 'install cuDNN 8.1 for CUDA 11.2, and name its folder in LD_LIBRARY_PATH',
    }
  if (/^libtensorflow/.test(library))
    return {
      reason: `${name} lacks TensorFlow’s library: ${library}`,
      remedy: name.startsWith('@')
        ? INSTALL
        : `the folder that it was built against no longer exists; build it again ${BUILD}`,
    }
  return {
    reason: `${name} needs ${library}, which this system lacks`,
    remedy: 'install the system’s package that has it',
  }
}

/**
 * Whether the package or one of its dependencies is not installed. A library that is missing another one is not
 * absent.
 */
function isAbsent(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND'
}
