/**
 * `npm run check`: formatting, types and import rules, as many at once as there are cores. Prints the output of each
 * when it ends; exits with 1 if one failed.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

// The slowest first.
const CHECKS = ['lint', 'check:types', 'check:window', 'check:imports', 'check:format']

/** Runs an npm script; whether it passed. */
function run(script) {
  const began = performance.now()
  // npm_execpath is npm's own script, so that this also works where `npm` is a batch file.
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const child = spawn(npm[0], [...npm.slice(1), 'run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      process.stdout.write(output)
      const seconds = ((performance.now() - began) / 1000).toFixed(0)
      console.log(`${script}: ${code === 0 ? 'passed' : 'FAILED'} after ${seconds} s`)
      resolve(code === 0)
    })
  })
}

const waiting = [...CHECKS]
async function worker() {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
    if (!(await run(script))) process.exitCode = 1
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
