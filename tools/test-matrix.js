// Runs the whole test suite on every supported line of Node, one line of output a version. The `node` package of
// the registry brings the binary; it is kept in the temporary folder between runs.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { countTests } from './test-report.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const lines = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24', '26']

let isGreen = true
for (const line of lines) isGreen = testOn(line) && isGreen
process.exitCode = isGreen ? 0 : 1

/** Tests on the newest version of a line and prints the outcome; true if all tests passed. */
function testOn(line) {
  const bin = install(line)
  if (bin === undefined) {
    console.log(`node ${line}: could not be installed from the registry`)
    return false
  }
  const start = performance.now()
  const version = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).stdout.trim()
  const { passed, failed, output } = runTests(bin)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`node ${version}: ${passed} passed, ${failed} failed in ${seconds} s`)
  if (failed > 0) console.log(output)
  return failed === 0
}

/** The folder that holds the newest binary of a line when first asked for; undefined if it cannot be installed. */
function install(line) {
  const folder = join(tmpdir(), `faultline-node-${line}`)
  const bin = join(folder, 'node_modules', 'node', 'bin')
  const hasNode = () => existsSync(join(bin, 'node'))
  if (!hasNode()) {
    mkdirSync(folder, { recursive: true })
    // The package's install script fetches the binary of this platform; newer versions of npm ask whether it may.
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }\n')
    spawnSync('npm', ['install', '--no-save', `node@${line}`], {
      cwd: folder,
      env: cleanEnvironment(),
      stdio: 'ignore',
    })
  }
  return hasNode() ? bin : undefined
}

function runTests(bin) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-report-'))
  const report = join(folder, 'tests.json')
  const environment = cleanEnvironment()
  const run = spawnSync(join(bin, 'node'), ['node_modules/vitest/vitest.mjs', 'run'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...environment, PATH: `${bin}${delimiter}${environment.PATH}`, FAULTLINE_TEST_REPORT: report },
  })
  const output = run.stdout + run.stderr
  try {
    return { ...countTests(report), output }
  } catch (error) {
    return { passed: 0, failed: 1, output: `${output}\n${error.message}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Under `npm run` the settings of this package reach every npm below it: an install elsewhere must not see them. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
}
